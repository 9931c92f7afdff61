// Spans of time as people read them.
#pragma once

#include <chrono>
#include <string>

namespace core {

// "0s", "250ms", "1.5s", "12s", "3m4s", "2h3m", "5d1h": the two largest units, rounded down; parts
// of a second only below ten seconds.
std::string duration_text(std::chrono::milliseconds span);

} // namespace core
