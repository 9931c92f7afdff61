#include "supervisor/os/limits.hpp"

#include <sys/resource.h>

namespace os {

result<nofile_limits> raise_nofile()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return last_error();
    nofile_limits const original{limit.rlim_cur, limit.rlim_max};
    limit.rlim_cur = limit.rlim_max;
    if (original.first != original.second && ::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return last_error();
    return original;
}

} // namespace os
