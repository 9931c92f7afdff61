#include "supervisor/ctl/follow.hpp"

#include "supervisor/ctl/output.hpp"

#include <charconv>
#include <csignal>
#include <cstdlib>

namespace ctl {

std::uint64_t line_count(arguments const& a, std::uint64_t otherwise)
{
    constexpr std::uint64_t most = 1'000'000;
    auto const text = a.value("--lines");
    if (!text)
        return otherwise;
    std::uint64_t count = 0;
    auto const* const end = text->data() + text->size();
    auto const read = std::from_chars(text->data(), end, count);
    if (read.ec != std::errc() || read.ptr != end || count > most)
        throw failure{exit_usage,
                      "'" + *text + "' is not a number of lines from 0 to " + std::to_string(most)};
    return count;
}

void leave_quietly_on_interrupt()
{
    constexpr int interrupted = 128 + SIGINT;
    std::signal(SIGINT, [](int) { std::_Exit(interrupted); });
}

bool say_missed(boost::json::value const& line, std::string_view things)
{
    auto const* object = line.if_object();
    auto const* missed = object ? object->if_contains("missed") : nullptr;
    if (!missed || !(missed->is_int64() || missed->is_uint64()))
        return false;
    print_error("procctl: " + std::to_string(missed->to_number<std::uint64_t>()) + " " +
                std::string(things) + " were missed: they came faster than they were read\n");
    return true;
}

} // namespace ctl
