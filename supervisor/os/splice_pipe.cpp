#include "supervisor/os/splice_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace os {

namespace {

result<std::size_t> move_bytes(int from, int to, std::size_t most)
{
    ssize_t moved = -1;
    do
        moved = ::splice(from, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    while (moved < 0 && errno == EINTR);
    if (moved < 0)
        return last_error();
    return static_cast<std::size_t>(moved);
}

} // namespace

result<splice_pipe> splice_pipe::open(std::size_t room)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return last_error();
    splice_pipe made;
    made.out_.reset(ends[0]);
    made.in_.reset(ends[1]);
    ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(room));
    return made;
}

result<std::size_t> splice_pipe::take_from(int socket, std::size_t most)
{
    auto const moved = move_bytes(socket, in_.get(), most);
    if (moved)
        held_ += *moved;
    return moved;
}

result<std::size_t> splice_pipe::give_to(int socket)
{
    auto const moved = move_bytes(out_.get(), socket, held_);
    if (moved)
        held_ -= *moved;
    return moved;
}

} // namespace os
