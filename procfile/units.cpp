// The small texts that procd.toml and the command line have in common: durations, sizes, signals
// and restart policies.
#include "procfile/config.hpp"
#include "procfile/text.hpp"

#include <algorithm>
#include <limits>

namespace procfile {

namespace {

constexpr std::uint64_t most_percent = 1'000'000;
constexpr std::int64_t longest_duration = 1'000'000LL * 3'600'000; // in milliseconds

// Linux's signal names by number, as on x86, ARM, RISC-V and most other machines.
constexpr std::string_view signal_names[] = {
    "",     "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS"};
constexpr int first_realtime = 34;
constexpr int last_realtime = 64;

// The number that a text of digits stands for. Nothing for any other text and for a number above
// `most`.
std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t most)
{
    if (text.empty() || !std::all_of(text.begin(), text.end(), text::is_digit))
        return std::nullopt;
    std::uint64_t value = 0;
    for (char const c : text) {
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (value > (most - digit) / 10)
            return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

std::optional<std::int64_t> unit_in_milliseconds(std::string_view unit)
{
    if (unit == "ms")
        return 1;
    if (unit == "s")
        return 1'000;
    if (unit == "m")
        return 60'000;
    if (unit == "h")
        return 3'600'000;
    return std::nullopt;
}

} // namespace

std::string_view to_string(restart_policy policy)
{
    switch (policy) {
    case restart_policy::always:
        return "always";
    case restart_policy::on_failure:
        return "on-failure";
    case restart_policy::never:
        return "never";
    }
    return {};
}

std::optional<restart_policy> parse_restart_policy(std::string_view text)
{
    for (restart_policy const policy :
         {restart_policy::always, restart_policy::on_failure, restart_policy::never})
        if (text == to_string(policy))
            return policy;
    return std::nullopt;
}

bool valid_app_name(std::string_view name)
{
    auto const alnum = [](char c) { return text::is_letter(c) || text::is_digit(c); };
    return !name.empty() && name.size() <= 63 && alnum(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return alnum(c) || c == '_' || c == '.' || c == '-'; });
}

std::optional<milliseconds> parse_duration(std::string_view text)
{
    std::size_t const unit_at = text.find_first_not_of("0123456789.");
    if (unit_at == std::string_view::npos)
        return std::nullopt;
    std::optional<std::int64_t> const unit = unit_in_milliseconds(text.substr(unit_at));
    std::string_view const number = text.substr(0, unit_at);
    std::size_t const point = number.find('.');
    std::optional<std::uint64_t> const whole =
        parse_digits(number.substr(0, point), static_cast<std::uint64_t>(longest_duration));
    if (!unit || !whole || static_cast<std::int64_t>(*whole) > longest_duration / *unit)
        return std::nullopt;
    std::int64_t result = static_cast<std::int64_t>(*whole) * *unit;
    if (point != std::string_view::npos) {
        std::string_view const digits = number.substr(point + 1);
        std::optional<std::uint64_t> const fraction = parse_digits(digits, 999'999'999);
        if (!fraction || digits.size() > 9)
            return std::nullopt;
        std::int64_t part = static_cast<std::int64_t>(*fraction) * *unit;
        for (std::size_t i = 0; i < digits.size(); ++i) {
            if (part % 10 != 0)
                return std::nullopt;
            part /= 10;
        }
        result += part;
    }
    return result <= longest_duration ? std::optional{milliseconds{result}} : std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text)
{
    constexpr std::string_view units = "KMG";
    if (text.size() > 2 && text.back() == 'i' && units.find(text[text.size() - 2]) != units.npos)
        text.remove_suffix(1); // "Mi", as Kubernetes spells it, means the same as "M"
    std::size_t const unit = text.empty() ? std::string_view::npos : units.find(text.back());
    unsigned const shift =
        unit == std::string_view::npos ? 0 : 10 * (static_cast<unsigned>(unit) + 1);
    if (shift != 0)
        text.remove_suffix(1);
    std::optional<std::uint64_t> const number =
        parse_digits(text, std::numeric_limits<std::uint64_t>::max() >> shift);
    return number ? std::optional{*number << shift} : std::nullopt;
}

std::optional<int> parse_percentage(std::string_view text)
{
    if (!text.ends_with('%'))
        return std::nullopt;
    text.remove_suffix(1);
    auto const number = parse_digits(text, most_percent);
    return number ? std::optional{static_cast<int>(*number)} : std::nullopt;
}

std::optional<std::string> memory_limit_problem(std::uint64_t bytes)
{
    constexpr std::uint64_t kilo = 1024, least = kilo * kilo;
    if (bytes >= least)
        return std::nullopt;
    bool const in_kilo = bytes >= kilo && bytes % kilo == 0;
    auto const number = std::to_string(in_kilo ? bytes / kilo : bytes);
    return "is " + (in_kilo ? number + 'K' : number + (bytes == 1 ? " byte" : " bytes")) +
           ", and no process starts with less than 1M; for megabytes write " + number + 'M';
}

std::optional<int> parse_signal(std::string_view text)
{
    std::string name;
    for (char const c : text)
        name += text::to_upper(c);
    if (std::optional<std::uint64_t> const number = parse_digits(name, last_realtime)) {
        int const n = static_cast<int>(*number);
        return (n > 0 && n < 32) || n >= first_realtime ? std::optional{n} : std::nullopt;
    }
    if (name.rfind("SIG", 0) == 0)
        name.erase(0, 3);
    constexpr std::uint64_t span = last_realtime - first_realtime;
    if (name == "RTMIN" || name == "RTMAX")
        return name == "RTMIN" ? first_realtime : last_realtime;
    if (name.rfind("RTMIN+", 0) == 0 || name.rfind("RTMAX-", 0) == 0) {
        std::optional<std::uint64_t> const offset = parse_digits(name.substr(6), span);
        if (!offset)
            return std::nullopt;
        int const by = static_cast<int>(*offset);
        return name[5] == '+' ? first_realtime + by : last_realtime - by;
    }
    auto const found = std::find(std::begin(signal_names) + 1, std::end(signal_names), name);
    if (found == std::end(signal_names))
        return std::nullopt;
    return static_cast<int>(found - std::begin(signal_names));
}

std::string signal_name(int number)
{
    if (number > 0 && number < static_cast<int>(std::size(signal_names)))
        return "SIG" + std::string{signal_names[number]};
    if (number == first_realtime)
        return "SIGRTMIN";
    if (number == last_realtime)
        return "SIGRTMAX";
    if (number > first_realtime && number < last_realtime)
        return "SIGRTMIN+" + std::to_string(number - first_realtime);
    return "signal " + std::to_string(number);
}

} // namespace procfile
