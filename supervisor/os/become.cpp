#include "supervisor/os/become.hpp"

#include <cerrno>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

namespace {

core::never_started failed(char const* stage, std::string detail = {})
{
    return {stage, errno, std::move(detail)};
}

std::vector<char*> pointers(std::vector<std::string> const& words)
{
    std::vector<char*> list;
    list.reserve(words.size() + 1);
    for (auto const& word : words)
        list.push_back(const_cast<char*>(word.c_str()));
    list.push_back(nullptr);
    return list;
}

} // namespace

core::never_started become(launch_request const& request)
{
    if (request.open_files) {
        rlimit const limit{*request.open_files, *request.open_files};
        if (::setrlimit(RLIMIT_NOFILE, &limit))
            return failed("limits");
    }
    if (request.umask)
        ::umask(*request.umask);
    if (auto const* user = request.user) {
        std::vector<gid_t> const groups(user->groups.begin(), user->groups.end());
        if (::setgroups(groups.size(), groups.data()) || ::setgid(user->gid) || ::setuid(user->uid))
            return failed("user", user->name);
    }
    if (!request.cwd.empty() && ::chdir(request.cwd.c_str()))
        return failed("chdir", request.cwd);
    ::signal(SIGPIPE, SIG_DFL);
    auto const argv = pointers(request.argv);
    auto environment = environment_of(request);
    // execvp looks for the command in the PATH of this environment.
    auto* const own = environ;
    environ = const_cast<char**>(environment.data());
    ::execvp(argv[0], argv.data());
    auto const failure = failed("exec", request.argv.front());
    environ = own; // whoever reports the failure may look at it
    return failure;
}

} // namespace os
