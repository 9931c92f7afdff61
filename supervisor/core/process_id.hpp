// The name of a process, which is the name of its slot: `web.1`.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace core {

struct process_id {
    std::string type;
    int instance = 1; // from 1

    auto operator<=>(process_id const&) const = default; // NOLINT(modernize-use-nullptr): clang 14
    // "web.1"
    std::string str() const;
};

// Splits "web.1" into its parts. Nothing when the text has another form. The number has no leading
// zero and is at most procfile::max_count.
std::optional<process_id> parse_process_id(std::string_view text);

} // namespace core
