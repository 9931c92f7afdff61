#include "supervisor/os/heap.hpp"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace os {

void keep_heap_small()
{
#ifdef __GLIBC__
    constexpr int large = 128 * 1024;
    ::mallopt(M_MMAP_THRESHOLD, large);
    ::mallopt(M_TRIM_THRESHOLD, 2 * large);
#endif
}

void trim_heap()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace os
