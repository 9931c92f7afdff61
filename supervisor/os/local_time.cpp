#include "supervisor/os/local_time.hpp"

#include <time.h>

namespace os {

std::chrono::seconds utc_offset(std::chrono::system_clock::time_point t)
{
    std::time_t const at = std::chrono::system_clock::to_time_t(t);
    std::tm local{};
    return std::chrono::seconds(::localtime_r(&at, &local) ? local.tm_gmtoff : 0);
}

} // namespace os
