// For a client that passes bytes on between its own terminal and a socket: one wait for all of it,
// and the terminal's mode.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace os {

// What a wait is for, and what it found.
struct relay_events {
    bool input = false;   // stdin can be read, or is at its end
    bool arrived = false; // the socket can be read
    bool room = false;    // the socket takes bytes
    bool resized = false; // the window has another size
    int signal = 0;       // TERM, HUP, INT or QUIT has come: leave
};

class relay {
public:
    // From here on the signals are seen by wait() alone, and nothing is lost between two waits.
    explicit relay(int socket);
    ~relay();
    relay(relay const&) = delete;
    relay& operator=(relay const&) = delete;

    // Waits without a limit for any of what is asked (`input`, `arrived`, `room`) or a signal.
    relay_events wait(relay_events const& wanted) const;

private:
    struct saved;
    int socket_;
    std::unique_ptr<saved> before_;
};

// stdin: at most so much of it as is there; 0 at its end.
result<std::size_t> read_stdin(std::span<char> room);
// All of the bytes to stdout (1) or stderr (2), however long that takes.
result<void> write_fd(int fd, std::string_view bytes);
// As much as the socket takes now; 0 when it takes nothing.
result<std::size_t> send_some(int socket, std::string_view bytes);

// stdin's terminal passes every key on as it is, until the end of this object's life.
class raw_terminal {
public:
    raw_terminal();
    ~raw_terminal();
    raw_terminal(raw_terminal const&) = delete;
    raw_terminal& operator=(raw_terminal const&) = delete;

private:
    struct saved;
    std::unique_ptr<saved> before_;
};

} // namespace os
