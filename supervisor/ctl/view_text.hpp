// Values as text: the pieces that the views are made of.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

// The text for a value that does not exist.
constexpr char const* absent = "-";

// A time as "2026-11-23T07:30:00UTC", or `absent`.
std::string time_text(std::optional<core::wall_time> const& t);
// A number of bytes as "512B", "64.0K", "8.5M" or "1.2G".
std::string size_text(std::uint64_t bytes);
// A count out of a larger one: "2/3".
std::string fraction_text(int part, int whole);
// A word as it would be typed into a shell.
std::string shell_quoted(std::string const& word);
// Words, joined by the separator.
std::string list_text(std::vector<std::string> const& words, std::string_view separator);
// The names of variables as "PATH, PORT", or `absent`.
std::string variables_text(std::vector<std::string> const& names);

// A number, or `absent`.
template <class Number>
std::string number_text(std::optional<Number> const& n)
{
    return n ? std::to_string(*n) : absent;
}

} // namespace ctl
