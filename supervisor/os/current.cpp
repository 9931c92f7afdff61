#include "supervisor/os/current.hpp"

#include "supervisor/os/file.hpp"
#include "supervisor/os/sanitizer.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <sys/prctl.h>
#include <unistd.h>

namespace os {

int parent_pid()
{
    return ::getppid();
}

int current_pid()
{
    return ::getpid();
}

unsigned effective_uid()
{
    return ::geteuid();
}

std::string current_directory()
{
    std::unique_ptr<char, decltype(&std::free)> const path(::getcwd(nullptr, 0), &std::free);
    return path ? path.get() : "";
}

std::string logical_directory()
{
    auto const real = current_directory();
    char const* const said = std::getenv("PWD");
    if (!said || said[0] != '/')
        return real;
    auto const led_to = real_path(said);
    return led_to && *led_to == real ? said : real;
}

std::map<std::string, std::string> current_environment()
{
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry; ++entry) {
        char const* const equals = std::strchr(*entry, '=');
        if (equals && equals != *entry)
            variables.emplace(std::string_view(*entry, static_cast<std::size_t>(equals - *entry)),
                              equals + 1);
    }
    return variables;
}

void name_this_process(std::string const& name)
{
    ::prctl(PR_SET_NAME, name.c_str(), 0, 0, 0);
}

void give_up_new_rights()
{
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void end_without_cleanup([[maybe_unused]] int code)
{
#ifdef OS_SANITIZED
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
#else
    end_at_once(code);
#endif
}

void end_at_once(int code)
{
    std::fflush(nullptr);
    ::_exit(code);
}

} // namespace os
