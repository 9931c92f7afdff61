#include "supervisor/core/time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace core {

namespace {

using std::chrono::milliseconds;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Reads a text from its front.
class reader {
public:
    explicit reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool skip(char c)
    {
        bool const there = rest_.starts_with(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }
    // A number of exactly so many digits, at most `most`.
    std::optional<int> number(std::size_t digits, int most)
    {
        if (rest_.size() < digits)
            return std::nullopt;
        int value = 0;
        for (char const c : rest_.substr(0, digits)) {
            if (!is_digit(c))
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(digits);
        return value <= most ? std::optional(value) : std::nullopt;
    }
    // The digits behind a decimal point as milliseconds. Further digits count for nothing.
    std::optional<int> fraction()
    {
        int value = 0, weight = 100;
        bool any = false;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), any = true) {
            value += weight * (rest_.front() - '0');
            weight /= 10;
        }
        return any ? std::optional(value) : std::nullopt;
    }

private:
    std::string_view rest_;
};

std::optional<wall_time> date(reader& from)
{
    auto const year = from.number(4, 2261); // the clock reaches from 1678 to 2261
    if (!year || *year < 1678 || !from.skip('-'))
        return std::nullopt;
    auto const month = from.number(2, 12);
    if (!month || !from.skip('-'))
        return std::nullopt;
    auto const day = from.number(2, 31);
    std::chrono::year_month_day const all(std::chrono::year(*year),
                                          std::chrono::month(unsigned(*month)),
                                          std::chrono::day(unsigned(day.value_or(0))));
    return day && all.ok() ? std::optional(wall_time(std::chrono::sys_days(all))) : std::nullopt;
}

std::optional<milliseconds> time_of_day(reader& from)
{
    auto const hour = from.number(2, 23);
    if (!hour || !from.skip(':'))
        return std::nullopt;
    auto const minute = from.number(2, 59);
    if (!minute)
        return std::nullopt;
    milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!from.skip(':'))
        return time;
    auto const second = from.number(2, 60); // 60: a leap second
    if (!second)
        return std::nullopt;
    time += std::chrono::seconds(*second);
    if (!from.skip('.'))
        return time;
    auto const part = from.fraction();
    return part ? std::optional(time + milliseconds(*part)) : std::nullopt;
}

// How far the zone is ahead of UTC: "Z", "+02:00", "-0330", "+02".
std::optional<milliseconds> offset(reader& from)
{
    if (from.skip('Z') || from.skip('z'))
        return milliseconds(0);
    bool const behind = from.skip('-');
    if (!behind && !from.skip('+'))
        return std::nullopt;
    auto const hours = from.number(2, 23);
    if (!hours)
        return std::nullopt;
    milliseconds all = std::chrono::hours(*hours);
    if (!from.at_end()) {
        from.skip(':');
        auto const minutes = from.number(2, 59);
        if (!minutes)
            return std::nullopt;
        all += std::chrono::minutes(*minutes);
    }
    return behind ? -all : all;
}

} // namespace

std::optional<time_text> parse_time_text(std::string_view text)
{
    reader from(text);
    auto const day = date(from);
    if (!day)
        return std::nullopt;
    time_text read{*day, false};
    if (from.at_end())
        return read;
    if (!from.skip('T') && !from.skip('t') && !from.skip(' '))
        return std::nullopt;
    auto const time = time_of_day(from);
    if (!time)
        return std::nullopt;
    read.time += *time;
    if (from.at_end())
        return read;
    auto const ahead = offset(from);
    if (!ahead || !from.at_end())
        return std::nullopt;
    return time_text{read.time - *ahead, true};
}

std::optional<milliseconds> parse_span(std::string_view text)
{
    struct unit {
        std::string_view name;
        std::int64_t ms;
    };
    static constexpr std::array<unit, 6> units{{{"ms", 1},
                                                {"s", 1000},
                                                {"m", 60'000},
                                                {"h", 3'600'000},
                                                {"d", 86'400'000},
                                                {"w", 604'800'000}}};
    constexpr std::int64_t most = 100ll * 366 * 86'400'000; // a hundred years
    std::int64_t all = 0;
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        std::int64_t count = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && is_digit(text[digits]); ++digits)
            if (count = count * 10 + (text[digits] - '0'); count > most)
                return std::nullopt;
        text.remove_prefix(digits);
        auto const name = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
        text.remove_prefix(name.size());
        std::int64_t ms = 0;
        for (auto const& u : units)
            ms = u.name == name ? u.ms : ms;
        if (digits == 0 || ms == 0 || count > (most - all) / ms)
            return std::nullopt;
        all += count * ms;
    }
    return milliseconds(all);
}

} // namespace core
