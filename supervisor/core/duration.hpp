// Durations as people read them.
#pragma once

#include <chrono>
#include <string>

namespace core {

// A duration in its two largest units, rounded down: "0s", "250ms", "1.5s", "12s", "3m4s", "2h3m",
// "5d1h". Fractions of a second appear only below ten seconds.
std::string duration_text(std::chrono::milliseconds span);

} // namespace core
