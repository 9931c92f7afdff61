// The local time.
#pragma once

#include <chrono>

namespace os {

// The seconds that the local time is ahead of UTC at that time, in the time zone of procd's start.
std::chrono::seconds utc_offset(std::chrono::system_clock::time_point t);

} // namespace os
