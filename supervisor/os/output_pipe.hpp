// The reading end of a child's output: a pipe, or the master of a pty.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>
#include <span>

namespace os {

// What one look at it gave.
struct output_read {
    std::size_t bytes = 0;
    enum class then {
        more,  // there may be more at once
        empty, // nothing for now
        ended, // and it has ended: all writers are gone
    } next = then::empty;
};

// Fills `room` with what is there, without waiting (the descriptor is non-blocking). A pty gives
// its bytes in small portions, so it is read until the room is full or nothing is left; of a pipe a
// short read says that. EIO of a pty is its end. An error ends it too.
output_read read_output(int fd, bool pty, std::span<char> room);

} // namespace os
