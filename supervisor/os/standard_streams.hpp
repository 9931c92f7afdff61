// The descriptors 0, 1 and 2 of this process.
#pragma once

namespace os {

// Opens /dev/null in the place of each of them that is closed. A program calls this first thing,
// because the next file that it opens would otherwise become its stdin, stdout or stderr.
void open_standard_streams();

} // namespace os
