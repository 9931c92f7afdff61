#include "supervisor/os/fd_reserve.hpp"

#include <fcntl.h>

namespace os {

fd_reserve::fd_reserve(std::size_t count) : count_(count)
{
    held_.reserve(count);
    refill();
}

bool fd_reserve::release_one()
{
    if (held_.empty())
        return false;
    held_.pop_back();
    return true;
}

void fd_reserve::refill()
{
    while (held_.size() < count_) {
        unique_fd fd(::open("/", O_PATH | O_CLOEXEC));
        if (!fd)
            return;
        held_.push_back(std::move(fd));
    }
}

} // namespace os
