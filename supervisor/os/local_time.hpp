// What the wall clock here shows.
#pragma once

#include <chrono>

namespace os {

// Seconds to add to UTC at that time, by the time zone procd was started in.
std::chrono::seconds utc_offset(std::chrono::system_clock::time_point t);

} // namespace os
