// Sockets whose other side may end its writing, by an epoll instance of their own: bytes that
// nobody has read do not hide such an end from it.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstdint>
#include <vector>

namespace os {

class hangup_watch {
public:
    static result<hangup_watch> open();

    // Readable while take() has something to give.
    int get() const { return epoll_.get(); }
    // Watches the socket, which has to be open until remove() is called.
    result<void> add(int socket, std::uint64_t id) const;
    void remove(int socket) const;
    // The identifiers of sockets whose other side has ended its writing, or is gone. Each is given
    // once. There may be more after a call that has given some.
    std::vector<std::uint64_t> take() const;

private:
    explicit hangup_watch(unique_fd epoll) : epoll_(std::move(epoll)) {}

    unique_fd epoll_;
};

} // namespace os
