#include "supervisor/process/process_terminal.hpp"

#include "supervisor/os/child.hpp"
#include "supervisor/os/pty.hpp"
#include "supervisor/process/signal_numbers.hpp"

namespace procd::process {

// The kernel tells the foreground group of a controlling terminal by itself. A process may have
// made the terminal the controlling one of a session that it has begun.
void process_terminal::resize(os::window_size size)
{
    bool const kernel_tells = os::foreground_group(master_) > 0;
    if (!os::resize_pty(master_, size) && !kernel_tells && slave_)
        os::send_signal(-group_, sigwinch);
}

} // namespace procd::process
