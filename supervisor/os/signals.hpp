// Signals procd itself gets.
#pragma once

namespace os {

// A reader of procd's output that goes away, or a file size limit, is an error of write(2), not a
// death.
void ignore_write_signals();

} // namespace os
