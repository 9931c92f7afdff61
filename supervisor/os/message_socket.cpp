#include "supervisor/os/message_socket.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <sys/socket.h>

namespace os {

namespace {

// For the largest message that procd and its router have for each other.
constexpr int room_to_send = 2 << 20;

// Room for the descriptors beside a message.
struct alignas(cmsghdr) control_room {
    std::array<char, CMSG_SPACE(most_message_fds * sizeof(int))> bytes{};
};

// Takes all descriptors beside a message, so that none stays open without an owner.
std::vector<unique_fd> take_descriptors(msghdr& header)
{
    std::vector<unique_fd> fds;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        std::size_t const count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
            fds.emplace_back(fd);
        }
    }
    return fds;
}

} // namespace

result<void> message_socket::send(std::string_view bytes, std::span<int const> fds) const
{
    if (bytes.empty() || fds.size() > most_message_fds)
        return error_of(EINVAL);
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    control_room control;
    if (!fds.empty()) {
        header.msg_control = control.bytes.data();
        header.msg_controllen = CMSG_SPACE(fds.size_bytes());
        cmsghdr* const rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(fds.size_bytes());
        std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
    }
    ssize_t sent = -1;
    do
        sent = ::sendmsg(fd_.get(), &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return last_error();
    return {};
}

result<message> message_socket::receive(std::size_t most) const
{
    // A message may be much shorter than the longest one.
    ssize_t const length = ::recv(fd_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
    if (length < 0)
        return last_error();
    message got;
    got.bytes.resize(std::min(most, static_cast<std::size_t>(length)));
    iovec part{got.bytes.data(), got.bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    control_room control;
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    ssize_t size = -1;
    do
        size = ::recvmsg(fd_.get(), &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return last_error();
    got.fds = take_descriptors(header);
    if ((header.msg_flags & MSG_TRUNC) != 0)
        return error_of(EMSGSIZE);
    if ((header.msg_flags & MSG_CTRUNC) != 0)
        return error_of(ENOBUFS);
    got.bytes.resize(static_cast<std::size_t>(size));
    return got;
}

result<std::pair<message_socket, message_socket>> open_message_pair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return last_error();
    // Beyond the limit for ordinary users only root gets the room; others get what there is.
    for (int const end : ends)
        if (::setsockopt(end, SOL_SOCKET, SO_SNDBUFFORCE, &room_to_send, sizeof room_to_send) != 0)
            ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &room_to_send, sizeof room_to_send);
    return std::pair{message_socket{unique_fd{ends[0]}}, message_socket{unique_fd{ends[1]}}};
}

} // namespace os
