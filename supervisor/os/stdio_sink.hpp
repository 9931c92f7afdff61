// Writing to a descriptor that procd was started with (its stdout) without ever waiting there, and
// without touching the flags of a description it shares with the shell and with its neighbours.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstddef>
#include <string_view>

namespace os {

class stdio_sink {
public:
    // How it is written:
    // - reopened: a pipe or a terminal, opened once more, non-blocking, for us alone;
    // - socket: MSG_DONTWAIT with every write;
    // - plain: a regular file or a device that never makes wait, as it is;
    // - careful: a pipe or terminal that cannot be opened again (its owner is another user, as
    //   after su; no /proc): asked before every write, and written in small pieces. Another writer
    //   that fills it between question and write can still make us wait.
    enum class manner { reopened, socket, plain, careful };

    // Takes over nothing: `fd` stays open and its flags as they are.
    explicit stdio_sink(int fd);

    manner how() const { return how_; }

    // Writes what is taken now: at least one byte, else an error; EAGAIN: nothing is taken now.
    // EPIPE needs SIGPIPE to be ignored (and EFBIG SIGXFSZ).
    result<std::size_t> write(std::string_view bytes) const;

    // A descriptor of our own for a reactor to wait on after EAGAIN (a reactor may make what it
    // watches non-blocking, so it must not have `fd`). It polls readable once write() would take
    // something again, if it was armed before; in between it is silent.
    result<unique_fd> watch() const;
    error_code arm(unique_fd const& watch) const;

private:
    int target() const { return own_ ? own_.get() : fd_; }

    int fd_;
    unique_fd own_;
    manner how_;
};

// Whether two descriptors stand for the same file, terminal or pipe.
bool same_file(int a, int b);

// Writes a short text if that needs no waiting, else not at all: a last word to stderr.
void say_without_waiting(int fd, std::string_view text);

} // namespace os
