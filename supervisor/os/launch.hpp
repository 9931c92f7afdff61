// Starts one supervised process: in a session and group of its own, with its output on a pipe or a
// pty, with clean signals, and without any descriptor of procd's.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/given_sockets.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace os {

// A user, as a launch needs it.
struct user_identity {
    std::string name;
    unsigned uid = 0, gid = 0;
    std::vector<unsigned> groups; // supplementary groups
    std::string home, shell;
};
// Finds a user by name or number. ENOENT for an unknown name. May read files and use NSS, so it is
// called at start and reload only, never for each launch.
result<user_identity> find_user(std::string const& name_or_uid);

// Finds the number of a group by name or number. The rest is as for find_user().
result<unsigned> find_group(std::string const& name_or_gid);

// The size of a terminal.
struct window_size {
    unsigned short rows = 24, columns = 80;
};

// Three pipes for a command whose input and output a client streams. procd's ends are non-blocking.
struct pipes {
    unique_fd in, out, err;             // procd's ends; closing `in` ends the command's input
    unique_fd in_end, out_end, err_end; // the command's ends; to be closed after the launch
};
// Opens the three pipes.
result<pipes> open_pipes();

// The stdin of a process without a terminal.
enum class stdin_kind {
    null,   // /dev/null, which is at its end at once
    endless // a pipe to which nobody writes, and which never ends
};

// Everything that launch() has to know. Pointers are borrowed.
struct launch_request {
    std::vector<std::string> argv; // argv[0] is a path, or is looked up in PATH of `environment`
    std::vector<std::string> environment; // "K=V"
    // Parts of the environment that many processes share. They come first, and a key in
    // `environment` wins over the same key here. A key occurs in at most one of the parts.
    std::vector<std::shared_ptr<std::vector<std::string> const>> shared_environment;
    std::string cwd; // empty means procd's own
    std::optional<unsigned> umask;
    user_identity const* user = nullptr; // absent means procd's own
    stdin_kind input = stdin_kind::null;
    // The stdin of a process without a terminal, in the place of `input`: a descriptor of the
    // caller's, which stays open here.
    std::optional<int> input_fd;
    bool pty = false; // stdin and the output are a pty
    // For a pty: a person sits at its other end. The terminal processes the output for that person,
    // and is the controlling terminal of the process. Otherwise it controls no process.
    bool interactive = false;
    window_size window;
    int cgroup_fd = -1;                      // a descriptor of a leaf (cgroup_leaf::open), or -1
    std::optional<std::uint64_t> open_files; // RLIMIT_NOFILE of the child, hard and soft
    // The soft and hard limit for a child without `open_files`: those that procd was started with.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> original_nofile;
    // Replaces the pipe or pty by a descriptor of the caller's (exec probes, tests).
    std::optional<int> merge_output_into;
    // The three pipes for stdin, stdout and stderr, in place of a pipe or pty.
    pipes const* streams = nullptr;
    // Listening sockets that the child gets by systemd's protocol.
    std::vector<given_socket> sockets;
};

// A launched process. `status` becomes readable when the command has been executed or has failed;
// read_launch_status() tells which. A child without a change of user shares procd's memory until
// then, so the answer is there as soon as launch() returns. Ask once before waiting for it.
struct child {
    int pid = -1;           // its group has this number too
    int session = -1;       // its session: the pid, unless the process does not lead its session
    bool in_cgroup = false; // the child is in the leaf of the request
    unique_fd output;       // the read end of the pipe or the master of the pty; non-blocking
    unique_fd status;       // for read_launch_status(); non-blocking
    // The slave of a pty that is not interactive. While the caller holds it, the output does not
    // end, whether or not the process has its terminal open.
    unique_fd slave;
};

// The whole environment of a request in the form that exec needs: pointers, the last of which is
// null. They point into the request.
std::vector<char const*> environment_of(launch_request const& request);

// Launches a process. stdin is /dev/null, and stdout and stderr are one pipe or one pty, unless the
// request says otherwise. The child leads a new session and group. Signals have their default
// actions, no signal is blocked, and all descriptors but these and the given sockets are closed.
//
// On a pty that is not interactive, the child leads a group in a session without a leader
// (leaderless.hpp), and the terminal controls nobody. Output processing is off, so that the child's
// bytes arrive unchanged.
//
// An error (of fork, pipe or pty, or for want of descriptors) has its stage. There is no child
// then.
boost::system::result<child, core::never_started> launch(launch_request const& request);

// How far a launch has come. A child that has failed ends with code 127 and has to be reaped like
// any other.
enum class launch_phase { pending, running, failed };
// The answer of the status pipe.
struct launch_status {
    launch_phase phase = launch_phase::pending;
    core::never_started failure; // only for `failed`
};
// Reads the status descriptor without waiting.
launch_status read_launch_status(int status_fd);

} // namespace os

namespace core {
// Lets result::value() throw a failed launch as std::runtime_error.
[[noreturn]] void throw_exception_from_error(never_started const& e,
                                             boost::source_location const& where);
} // namespace core
