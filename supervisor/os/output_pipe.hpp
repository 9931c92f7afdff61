// Reads a child's output from procd's end of a pipe or from the master of a pty.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <span>

namespace os {

enum class output_from { pipe, pty };

// The result of one read_output().
struct output_read {
    std::size_t bytes = 0;
    enum class then {
        more,  // there may be more bytes now
        empty, // there is nothing more for now
        ended, // there will be nothing more, because no process has the output open
    } next = then::empty;
};

// Fills `room` with the bytes that are there, without waiting (the descriptor is non-blocking). A
// pty gives its bytes in small portions, so it is read until the room is full or nothing is left.
// For a pipe, a read that does not fill the room means that nothing is left. EIO of a pty is the
// end of the output, and so is any other error.
output_read read_output(int fd, output_from from, std::span<char> room);

} // namespace os
