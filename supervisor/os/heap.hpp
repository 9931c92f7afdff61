// How the C library's heap treats memory that is free again.
#pragma once

namespace os {

// Keeps the C library from learning larger thresholds: memory of large blocks goes back to the
// system when it is freed, however many such blocks there were.
void keep_heap_small();
// Gives free memory of the heap back to the system.
void trim_heap();

} // namespace os
