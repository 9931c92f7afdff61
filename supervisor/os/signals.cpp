#include "supervisor/os/signals.hpp"

#include <signal.h>

namespace os {

void ignore_write_signals()
{
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
}

} // namespace os
