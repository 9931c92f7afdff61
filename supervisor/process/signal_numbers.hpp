// The signals that procd sends by itself. This room does not include <signal.h>.
#pragma once

namespace procd::process {

inline constexpr int sighup = 1, sigint = 2, sigquit = 3, sigkill = 9, sigterm = 15, sigcont = 18,
                     sigwinch = 28;

} // namespace procd::process
