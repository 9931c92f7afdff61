#include "supervisor/os/unique_fd.hpp"

#include <unistd.h>

namespace os {

void unique_fd::reset(int fd)
{
    int const old = std::exchange(fd_, fd);
    if (old >= 0)
        ::close(old);
}

} // namespace os
