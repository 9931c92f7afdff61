// The blocking side of Unix sockets, for procctl.
#include "supervisor/os/unix_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

namespace os {

result<std::size_t> receive(int fd, char* to, std::size_t size)
{
    for (;;) {
        ssize_t const got = ::recv(fd, to, size, 0);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return last_error();
    }
}

result<void> send_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        ssize_t const sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno != EINTR)
            return last_error();
    }
    return {};
}

result<void> limit_receive(int fd, std::chrono::milliseconds most)
{
    timeval limit{};
    limit.tv_sec = most.count() / 1000;
    limit.tv_usec = most.count() % 1000 * 1000;
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
        return last_error();
    return {};
}

unsigned own_uid()
{
    return ::geteuid();
}

result<unsigned> owner_of(std::string const& path)
{
    struct stat about {};
    if (::stat(path.c_str(), &about) < 0)
        return last_error();
    return about.st_uid;
}

} // namespace os
