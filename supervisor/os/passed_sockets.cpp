#include "supervisor/os/passed_sockets.hpp"

#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace os {

namespace {

constexpr int first_passed = 3; // SD_LISTEN_FDS_START
constexpr int most_passed = 1024;

// Takes a variable out of the environment.
std::optional<std::string> take_variable(char const* name)
{
    char const* const value = std::getenv(name);
    std::optional<std::string> taken;
    if (value)
        taken = value;
    ::unsetenv(name);
    return taken;
}

std::optional<int> number_in(std::optional<std::string> const& text)
{
    int number = 0;
    if (!text || text->empty())
        return std::nullopt;
    auto const* const end = text->data() + text->size();
    auto const [stop, error] = std::from_chars(text->data(), end, number);
    return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

} // namespace

std::vector<passed_socket> take_passed_sockets()
{
    auto const pid = number_in(take_variable("LISTEN_PID"));
    auto const count = number_in(take_variable("LISTEN_FDS"));
    auto const names = take_variable("LISTEN_FDNAMES").value_or("");
    std::vector<passed_socket> taken;
    if (pid != ::getpid() || !count || *count < 1 || *count > most_passed)
        return taken;
    std::string_view rest = names;
    for (int fd = first_passed; fd < first_passed + *count; ++fd) {
        auto const colon = rest.find(':');
        std::string name{rest.substr(0, colon)};
        rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
        int const flags = ::fcntl(fd, F_GETFD);
        if (flags < 0 || ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
            continue; // it is not open
        // systemd's own word for a socket without a name.
        taken.push_back({name.empty() ? "unknown" : std::move(name), unique_fd{fd}});
    }
    return taken;
}

} // namespace os
