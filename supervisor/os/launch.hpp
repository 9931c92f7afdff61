// Starts one supervised process: own session and group, its output on a pipe or a pty, clean
// signals, nothing leaked.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace os {

struct user_identity {
    std::string name;
    unsigned uid = 0, gid = 0;
    std::vector<unsigned> groups; // supplementary
    std::string home, shell;
};
// Looks a name or a number up; may read files and NSS, so only at start and reload, never per
// launch.
result<user_identity> find_user(std::string const& name_or_uid);

struct window_size {
    unsigned short rows = 24, columns = 80;
};

// Three pipes for a command that is spoken to, instead of one output: our ends, non-blocking.
struct pipes {
    unique_fd in, out, err;             // ours; `in` is to be closed for the command's end of input
    unique_fd in_end, out_end, err_end; // the command's, to be closed after the launch
};
result<pipes> open_pipes();

struct launch_request {
    std::vector<std::string> argv; // argv[0] is a path, or looked up in PATH of `environment`
    std::vector<std::string> environment; // "K=V"
    // What many processes have in common, before that; a key in `environment` wins over one here.
    // Among the shared ones a key occurs once.
    std::vector<std::shared_ptr<std::vector<std::string> const>> shared_environment;
    std::string cwd; // empty: procd's own
    std::optional<unsigned> umask;
    user_identity const* user = nullptr; // not owned
    bool pty = false;
    bool interactive = false; // of a pty: stdin is the terminal too, which processes its output
    window_size window;
    int cgroup_fd = -1;                      // O_PATH/O_DIRECTORY descriptor of a leaf; -1: none
    std::optional<std::uint64_t> open_files; // RLIMIT_NOFILE hard and soft for the child
    std::optional<std::pair<std::uint64_t, std::uint64_t>>
        original_nofile;                  // soft, hard: given back when open_files is absent
    std::optional<int> merge_output_into; // run without an output of its own: dup this descriptor
                                          // (exec probes, tests)
    pipes const* streams = nullptr; // not owned: stdin, stdout and stderr are these pipes' ends
};

// A launched process. The error pipe is still open: `status` is readable once the command has been
// exec'ed (then it is at its end) or has failed. Without a user switch that is so when launch()
// returns, so ask read_launch_status() once before waiting for it.
struct child {
    int pid = -1;
    bool in_cgroup = false; // it was started in the leaf of the request
    unique_fd output;       // non-blocking read end: of the pipe, or the pty's master
    unique_fd status;       // non-blocking; see read_launch_status
};

// The environment whole, as exec wants it, ended by a null. Borrows from the request.
std::vector<char const*> environment_of(launch_request const& request);

// Launches. An error here (fork, pipe, pty, descriptors used up) names its stage; the child does
// not exist then and nothing has to be reaped. stdin is /dev/null; stdout and stderr are one pipe
// or one pty. Session and group are the child's own; with a pty it is the controlling terminal,
// with output processing off, so that the child's bytes pass unchanged. Signal dispositions
// default, mask empty, every other descriptor closed. Between fork and exec only async-signal-safe
// calls are made.
boost::system::result<child, core::never_started> launch(launch_request const& request);

// What the status descriptor says: nothing yet (would block), exec'ed, or failed at a stage. A
// failed child has ended with code 127 and has to be reaped like any other.
enum class launch_phase { pending, running, failed };
struct launch_status {
    launch_phase phase = launch_phase::pending;
    core::never_started failure; // when failed
};
launch_status read_launch_status(int status_fd);

} // namespace os

namespace core {
[[noreturn]] void throw_exception_from_error(never_started const& e,
                                             boost::source_location const& where);
}
