#include "supervisor/core/log_line.hpp"

#include <algorithm>
#include <cstdio>

namespace core {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::seconds;

enum class precision { whole_seconds, with_milliseconds };

std::string date_and_time(wall_time t, precision to)
{
    auto const day = floor<days>(t);
    std::chrono::year_month_day const date(day);
    auto const ms = std::chrono::duration_cast<milliseconds>(t - day).count();
    char text[64];
    int const size =
        std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(ms / 3'600'000),
                      int(ms / 60'000 % 60), int(ms / 1'000 % 60));
    std::string out(text, static_cast<std::size_t>(size));
    if (to == precision::with_milliseconds) {
        auto const part = static_cast<int>(ms % 1'000);
        out += {'.', static_cast<char>('0' + part / 100), static_cast<char>('0' + part / 10 % 10),
                static_cast<char>('0' + part % 10)};
    }
    out += 'Z';
    return out;
}

bool has_iso_form(std::string_view text)
{
    std::string_view const form =
        text.size() == 24 ? "dddd-dd-ddTdd:dd:dd.dddZ" : "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != form.size())
        return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        bool const digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !digit : text[i] != form[i])
            return false;
    }
    return true;
}

} // namespace

std::string_view author_text(author by)
{
    switch (by) {
    case author::process:
        return "process";
    case author::procd:
        return "procd";
    case author::unknown:
        break;
    }
    return "";
}

author author_of(std::string_view text)
{
    for (auto const by : {author::process, author::procd})
        if (text == author_text(by))
            return by;
    return author::unknown;
}

std::uint64_t count_lines(std::string_view bytes)
{
    auto const newlines = std::count(bytes.begin(), bytes.end(), '\n');
    bool const open = !bytes.empty() && bytes.back() != '\n';
    return static_cast<std::uint64_t>(newlines) + (open ? 1 : 0);
}

std::string iso_text(wall_time t)
{
    return date_and_time(t, precision::whole_seconds);
}

std::string iso_text_ms(wall_time t)
{
    return date_and_time(t, precision::with_milliseconds);
}

std::optional<wall_time> parse_iso(std::string_view text)
{
    if (!has_iso_form(text))
        return std::nullopt;
    auto part = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (char const c : text.substr(at, length))
            value = value * 10 + (c - '0');
        return value;
    };
    std::chrono::year_month_day const date(std::chrono::year(part(0, 4)),
                                           std::chrono::month(unsigned(part(5, 2))),
                                           std::chrono::day(unsigned(part(8, 2))));
    int const hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    // The clock counts nanoseconds in 64 bits, which is enough for the years 1678 to 2261.
    if (date.year() < std::chrono::year(1678) || date.year() > std::chrono::year(2261))
        return std::nullopt;
    auto const ms = milliseconds(text.size() == 24 ? part(20, 3) : 0);
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           seconds(second) + ms;
}

} // namespace core
