#include "supervisor/os/launcher.hpp"

#include "supervisor/os/leaderless.hpp"

#include <cstring>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace os {
namespace {

char const* path_of(char const* const* environment)
{
    for (; environment != nullptr && *environment != nullptr; ++environment)
        if (std::strncmp(*environment, "PATH=", 5) == 0)
            return *environment + 5;
    return "/usr/local/bin:/usr/bin:/bin";
}

void run(void* setup)
{
    run_child(*static_cast<child_setup const*>(setup));
}

} // namespace

std::vector<std::string> executable_candidates(std::string const& command,
                                               char const* const* environment)
{
    if (command.empty() || command.find('/') != std::string::npos)
        return {command};
    std::vector<std::string> paths;
    std::string_view rest = path_of(environment);
    for (;;) {
        auto const colon = rest.find(':');
        std::string_view const dir = rest.substr(0, colon);
        paths.push_back(std::string{dir.empty() ? "." : dir} + "/" + command);
        if (colon == std::string_view::npos)
            return paths;
        rest.remove_prefix(colon + 1);
    }
}

core::never_started wait_for_exec(int status_fd, int pid)
{
    for (;;) {
        launch_status const now = read_launch_status(status_fd);
        switch (now.phase) {
        case launch_phase::running:
            return {};
        case launch_phase::failed:
            while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
            }
            return now.failure;
        case launch_phase::pending:
            pollfd waiting{status_fd, POLLIN, 0};
            ::poll(&waiting, 1, -1);
        }
    }
}

core::never_started launcher::fork_child(child_setup setup)
{
    setup.session = session;
    setup.terminal_fd = terminal_fd;
    setup.umask = umask;
    setup.open_files = open_files;
    setup.kept = fd_whitelist;
    setup.environment = env;
    if (sockets != nullptr) {
        setup.passed = sockets->descriptors();
        setup.pid_text = sockets->pid_text();
    }
    if (user != nullptr)
        setup.user = child_user{user->uid, user->gid, user->groups.data(), user->groups.size(),
                                user->name.c_str()};
    // A child that changes its user must not share procd's memory. The kernel would make the memory
    // "not dumpable" for procd too, and the new user could trace a process that shares it.
    memory const mode = user != nullptr ? memory::copied : memory::shared;
    bool const alone = session == session_place::without_leader;
    leaderless_launch in_session{setup, mode};
    result<cloned> const made = alone ? clone_child(run_session_maker, &in_session, cgroup_fd, mode,
                                                    &in_session.setup.join_fd)
                                      : clone_child(run, &setup, cgroup_fd, mode, &setup.join_fd);
    if (!made)
        return {"fork", made.error().value(), ""};
    pid = session_number = made->pid;
    in_cgroup = made->in_cgroup;
    return {};
}

core::never_started launcher::await_process()
{
    auto const made = await_leaderless(status.get(), pid);
    if (!made) {
        launch_status const seen = read_launch_status(status.get());
        return {"fork", seen.failure.error != 0 ? seen.failure.error : made.error().value(), ""};
    }
    pid = *made;
    // The maker may have ended before procd could look at where it was.
    if (!in_cgroup && cgroup_fd >= 0)
        in_cgroup = join_cgroup(cgroup_fd, pid);
    return {};
}

} // namespace os
