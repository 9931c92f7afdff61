// The tools of a client that passes bytes between its terminal and a socket: one wait for
// everything, and the terminal's mode.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace os {

// The events for which relay::wait() waits, and those that it has found.
struct relay_events {
    bool input = false;   // stdin can be read or is at its end
    bool arrived = false; // the socket can be read
    bool room = false;    // the socket takes bytes
    bool resized = false; // the window has a new size
    int signal = 0;       // TERM, HUP, INT or QUIT has arrived
};

// Waits for stdin, the socket and signals together.
class relay {
public:
    // Blocks the signals until the destructor, so that they arrive in wait() only and none is lost
    // between two waits.
    explicit relay(int socket);
    ~relay();
    relay(relay const&) = delete;
    relay& operator=(relay const&) = delete;

    // Waits without a limit until a signal arrives or one of the wanted events (`input`, `arrived`,
    // `room`) happens.
    relay_events wait(relay_events const& wanted) const;

private:
    struct saved;
    int socket_;
    std::unique_ptr<saved> before_;
};

// Reads from stdin, at most as many bytes as are there. 0 at its end.
result<std::size_t> read_stdin(std::span<char> room);
// Writes all bytes to a descriptor, such as stdout (1) or stderr (2), however long that takes.
result<void> write_fd(int fd, std::string_view bytes);
// Sends as many bytes as the socket takes now, which may be 0.
result<std::size_t> send_some(int socket, std::string_view bytes);

// Puts stdin's terminal into raw mode, in which every key is passed on. The destructor restores it.
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
