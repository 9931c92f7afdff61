// Unix stream sockets by path. A path longer than the kernel's 107 bytes is reached through
// /proc/self/fd.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace os {

// Who may connect to a listening socket, by the file that it has, and how many may wait.
struct socket_access {
    unsigned mode = 0600;
    std::optional<unsigned> group; // absent: that of this process
    int backlog = 128;
};

// A bound and listening socket, non-blocking and close-on-exec.
class unix_listener {
public:
    int get() const { return fd_.get(); }
    std::string const& path() const { return path_; }
    void close() { fd_.reset(); }
    // Tells whether path() still leads to this socket.
    bool in_place() const;
    // Removes the socket's file, if it still belongs to this socket. The destructor does not do
    // that, because a forked helper has a copy of this object.
    void remove() const;

private:
    friend result<unix_listener> listen_unix(std::string const& path, int directory,
                                             socket_access const& access);
    unique_fd fd_, directory_;
    std::string path_, name_;
    std::uint64_t device_ = 0, inode_ = 0;
};

// Listens at `path`, whose directory has to exist. A stale socket there, on which nobody accepts,
// is replaced. Errors: EADDRINUSE for a live socket and EEXIST for anything that is no socket; both
// stay as they are. The socket gets its name only when it already listens, so two servers that
// start at the same time never take each other's socket for stale. If `directory` is open, the
// socket is made in it, whatever the path to it leads to by now.
result<unix_listener> listen_unix(std::string const& path, int directory = -1,
                                  socket_access const& access = {});

// Accepts the next connection, close-on-exec and non-blocking. EAGAIN when there is none. EMFILE or
// ENFILE when no descriptor is free; the connection then goes on waiting.
result<unique_fd> accept_unix(int listener);

// Connects. The descriptor is blocking and close-on-exec. ECONNREFUSED for a stale socket; other
// errors such as ENOENT and EACCES as connect() gives them.
result<unique_fd> connect_unix(std::string const& path);

// The process at the other end (SO_PEERCRED). For an accepted connection it is the process that
// connected, and for a client the process that called listen().
struct peer {
    int pid = 0;
    unsigned uid = 0, gid = 0;
};
// Asks for the other end of a connection.
result<peer> peer_of(int fd);

// The functions below are for blocking clients.

// Receives bytes that have arrived, at most `size`, into `to`. 0 at the end. EAGAIN when a time
// limit was set and nothing has arrived.
result<std::size_t> receive(int fd, char* to, std::size_t size);
// Sends all bytes. EPIPE, without a signal, when the other end is closed.
result<void> send_all(int fd, std::string_view bytes);
// Limits the time that receive() waits. 0 means no limit.
result<void> limit_receive(int fd, std::chrono::milliseconds most);

// The user of this process. A client trusts only sockets that belong to this user or to root.
unsigned own_uid();
// The owner of a file.
result<unsigned> owner_of(std::string const& path);

} // namespace os
