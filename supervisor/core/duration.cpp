#include "supervisor/core/duration.hpp"

namespace core {

namespace {

std::string two(long long large, char const* large_unit, long long small, char const* small_unit)
{
    auto text = std::to_string(large) + large_unit;
    return small ? text + std::to_string(small) + small_unit : text;
}

} // namespace

std::string duration_text(std::chrono::milliseconds span)
{
    long long const ms = span.count() < 0 ? 0 : span.count();
    long long const seconds = ms / 1000;
    if (ms == 0)
        return "0s";
    if (seconds == 0)
        return std::to_string(ms) + "ms";
    if (seconds < 10 && ms % 1000 >= 100)
        return std::to_string(seconds) + '.' + std::to_string(ms % 1000 / 100) + 's';
    if (seconds < 60)
        return std::to_string(seconds) + 's';
    if (seconds < 3600)
        return two(seconds / 60, "m", seconds % 60, "s");
    if (seconds < 86400)
        return two(seconds / 3600, "h", seconds % 3600 / 60, "m");
    return two(seconds / 86400, "d", seconds % 86400 / 3600, "h");
}

} // namespace core
