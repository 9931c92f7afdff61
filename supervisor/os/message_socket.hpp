// A pair of connected sockets for messages: each message arrives whole or not at all, and may carry
// descriptors. procd and its router speak by one.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace os {

// A message as it has arrived. The descriptors are close-on-exec.
struct message {
    std::string bytes; // empty: the other end is closed, and no message comes any more
    std::vector<unique_fd> fds;
};

// The descriptors that one message can carry.
inline constexpr std::size_t most_message_fds = 253;

// One end of the pair, non-blocking and close-on-exec.
class message_socket {
public:
    message_socket() = default;
    explicit message_socket(unique_fd fd) : fd_(std::move(fd)) {}

    int get() const { return fd_.get(); }
    explicit operator bool() const { return static_cast<bool>(fd_); }
    int release() { return fd_.release(); }

    // Sends a message. The descriptors stay open here. EAGAIN when there is no room for it now,
    // EMSGSIZE when there never will be, EINVAL for an empty message and for more than
    // most_message_fds, EPIPE, without a signal, when the other end is closed.
    result<void> send(std::string_view bytes, std::span<int const> fds = {}) const;
    // Receives a message of at most `most` bytes. EAGAIN when none has arrived. EMSGSIZE for a
    // longer one, and ENOBUFS for one whose descriptors did not all fit (this process may have no
    // more). Such a message is lost, and none of its descriptors stays open.
    result<message> receive(std::size_t most) const;

private:
    unique_fd fd_;
};

// Makes both ends. root can send messages of up to 1 MiB, others of about 200 KiB.
result<std::pair<message_socket, message_socket>> open_message_pair();

} // namespace os
