#include "supervisor/os/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace os {

void open_standard_streams()
{
    for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; ++wanted) {
        if (::fcntl(wanted, F_GETFD) >= 0)
            continue;
        // The kernel gives the lowest number that is free, which is this one.
        if (::open("/dev/null", O_RDWR) < 0 && ::open("/", O_RDONLY | O_DIRECTORY) < 0)
            return; // a place without /dev, and without /: nothing is left to hold the number
    }
}

} // namespace os
