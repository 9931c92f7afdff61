#include "supervisor/os/tty.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace os {

bool is_terminal(int fd)
{
    return ::isatty(fd) == 1;
}

result<window_size> terminal_size(int fd)
{
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0)
        return last_error();
    return window_size{size.ws_row, size.ws_col};
}

bool hung_up(int fd)
{
    pollfd state{fd, 0, 0};
    return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

} // namespace os
