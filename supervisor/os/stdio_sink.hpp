// Writes to a descriptor with which procd was started (its stdout), without ever waiting, and
// without changing the flags of an open file that procd shares with the shell and other processes.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstddef>
#include <string_view>

namespace os {

// The writer for one descriptor.
class stdio_sink {
public:
    // How the bytes are written:
    // - reopened: a pipe or a terminal was opened once more, non-blocking, for procd alone.
    // - socket: every write has MSG_DONTWAIT.
    // - plain: a regular file or a device that never makes a writer wait is written as it is.
    // - careful: a pipe or terminal cannot be opened again, because it belongs to another user (as
    //   after su) or there is no /proc. procd polls before every write and writes small pieces. If
    //   another writer fills the pipe between the poll and the write, procd still has to wait.
    enum class manner { reopened, socket, plain, careful };

    // Leaves `fd` open and its flags as they are, and does not own it.
    explicit stdio_sink(int fd);

    manner write_manner() const { return manner_; }

    // Writes as many bytes as are taken now, and at least one. EAGAIN when none are taken now.
    // SIGPIPE and SIGXFSZ have to be ignored, so that EPIPE and EFBIG are returned.
    result<std::size_t> write(std::string_view bytes) const;

    // A new descriptor that a reactor can wait for after EAGAIN. The reactor must not get `fd`
    // itself, because it may make the descriptors it watches non-blocking. After arm() it becomes
    // readable once, as soon as write() would take bytes again.
    result<unique_fd> watch() const;
    // Makes a descriptor of watch() report the next time.
    error_code arm(unique_fd const& watch) const;

private:
    // The descriptor for writing: the reopened one if there is one.
    int target() const { return own_ ? own_.get() : fd_; }

    int fd_;
    unique_fd own_;
    manner manner_;
};

// Tells whether two descriptors belong to the same file, terminal or pipe.
bool same_file(int a, int b);

// Writes a short text if that is possible without waiting, and nothing otherwise. It is for a last
// message on stderr.
void say_without_waiting(int fd, std::string_view text);

} // namespace os
