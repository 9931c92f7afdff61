// Unix stream sockets by path. Paths past the kernel's 107 bytes go through /proc/self/fd.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace os {

// A bound and listening socket, non-blocking and close-on-exec, its file 0600. remove() takes the
// file away if it is still this one; the destructor does not, so that a forked helper cannot.
class unix_listener {
public:
    int get() const { return fd_.get(); }
    std::string const& path() const { return path_; }
    void close() { fd_.reset(); }
    void remove() const;

private:
    friend result<unix_listener> listen_unix(std::string const& path);
    unique_fd fd_;
    std::string path_;
    std::uint64_t device_ = 0, inode_ = 0;
};

// Listens at `path`, whose directory exists. A stale socket (nobody accepts) is replaced; a live
// one is EADDRINUSE and stays; anything that is no socket is EEXIST and stays. The socket appears
// under its name only once it answers, so two that race never take each other for stale.
result<unix_listener> listen_unix(std::string const& path);

// The next waiting connection, close-on-exec and non-blocking. EAGAIN when there is none, EMFILE or
// ENFILE when descriptors are used up (the connection goes on waiting).
result<unique_fd> accept_unix(int listener);

// Connects, blocking, close-on-exec. ECONNREFUSED: a stale socket. ENOENT, EACCES as they are.
result<unique_fd> connect_unix(std::string const& path);

// Who is at the other end (SO_PEERCRED): of a listener's connection the connecting process, of a
// client's the process that called listen().
struct peer {
    int pid = 0;
    unsigned uid = 0, gid = 0;
};
result<peer> peer_of(int fd);

// For a client of such a socket, blocking.
// What has come, at most `size` bytes; 0 at the end. EAGAIN when a limit was set and nothing came.
result<std::size_t> receive(int fd, char* to, std::size_t size);
// All of the bytes. EPIPE, and no signal, when the other end is gone.
result<void> send_all(int fd, std::string_view bytes);
// How long receive() waits; 0: for ever.
result<void> limit_receive(int fd, std::chrono::milliseconds most);

// What a client needs to know to trust what it finds: who it is, and whose a file is.
unsigned own_uid();
result<unsigned> owner_of(std::string const& path);

} // namespace os
