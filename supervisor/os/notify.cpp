#include "supervisor/os/notify.hpp"

#include "supervisor/os/unique_fd.hpp"

#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

namespace os {

error_code notify(std::string const& socket, std::string_view state)
{
    sockaddr_un address{};
    if (socket.empty() || socket.size() >= sizeof address.sun_path)
        return error_of(EINVAL);
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket.data(), socket.size());
    if (socket.front() == '@')
        address.sun_path[0] = '\0';
    auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
    unique_fd const fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd)
        return last_error();
    auto const* const generic = reinterpret_cast<sockaddr const*>(&address);
    if (::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, generic, size) < 0)
        return last_error();
    return {};
}

std::uint64_t monotonic_us()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

} // namespace os
