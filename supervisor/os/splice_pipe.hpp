// A pipe through which bytes go from one socket to another without being copied (splice).
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <cstddef>

namespace os {

class splice_pipe {
public:
    // An empty pipe. The kernel may give it less room than `room`, if the user has many of them.
    static result<splice_pipe> open(std::size_t room);

    // Moves bytes that have come at the socket into the pipe, at most `most` and as far as there is
    // room. 0: the other side has ended. EAGAIN: none has come.
    result<std::size_t> take_from(int socket, std::size_t most);
    // Moves bytes of the pipe to the socket. EAGAIN: it has no room.
    result<std::size_t> give_to(int socket);
    // How many bytes the pipe has.
    std::size_t held() const { return held_; }

private:
    unique_fd out_, in_;
    std::size_t held_ = 0;
};

} // namespace os
