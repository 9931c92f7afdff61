#include "supervisor/core/exit_status.hpp"

#include "procfile/config.hpp"

#include <cerrno>
#include <system_error>

namespace core {

namespace {

template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

constexpr int sigkill = 9;

} // namespace

bool succeeded(exit_status const& status)
{
    auto const* end = std::get_if<exited>(&status);
    return end && end->code == 0;
}

int shell_code(exit_status const& status)
{
    return std::visit(overloaded{
                          [](exited const& e) { return e.code; },
                          [](signaled const& s) { return 128 + s.number; },
                          [](oom_killed const&) { return 128 + sigkill; },
                          [](never_started const& n) { return n.error == ENOENT ? 127 : 126; },
                      },
                      status);
}

std::string describe(exit_status const& status)
{
    return std::visit(
        overloaded{
            [](exited const& e) { return "exited with code " + std::to_string(e.code); },
            [](signaled const& s) {
                return "terminated by " + procfile::signal_name(s.number) +
                       (s.core_dumped ? ", core dumped" : "");
            },
            [](oom_killed const&) {
                return std::string("killed by the kernel, out of memory (SIGKILL)");
            },
            [](never_started const& n) {
                return "could not start: " + n.stage + (n.detail.empty() ? "" : ' ' + n.detail) +
                       ": " + std::generic_category().message(n.error);
            },
        },
        status);
}

} // namespace core
