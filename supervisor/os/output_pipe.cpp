#include "supervisor/os/output_pipe.hpp"

#include <unistd.h>

namespace os {

output_read read_output(int fd, output_from from, std::span<char> room)
{
    using then = output_read::then;
    std::size_t have = 0;
    while (have < room.size()) {
        auto const got = ::read(fd, room.data() + have, room.size() - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return {have, then::empty};
        if (got <= 0)
            return {have, then::ended};
        have += static_cast<std::size_t>(got);
        if (from == output_from::pipe && have < room.size())
            return {have, then::empty};
    }
    return {have, then::more};
}

} // namespace os
