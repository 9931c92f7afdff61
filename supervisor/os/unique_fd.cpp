#include "supervisor/os/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace os {

result<unique_fd> duplicate(int fd)
{
    unique_fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!copy)
        return last_error();
    return copy;
}

result<unique_fd> unique_fd::duplicate() const
{
    return os::duplicate(fd_);
}

void unique_fd::reset(int fd)
{
    int const old = std::exchange(fd_, fd);
    if (old >= 0)
        ::close(old);
}

} // namespace os
