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

// The processes a command is about: a type, or one process of it.
struct selector {
    std::string type;
    std::optional<int> instance; // absent: all of the type
};

// Splits "web.1" into its parts. Nothing when the text has another form. The number has no leading
// zero and is at most procfile::max_count.
std::optional<process_id> parse_process_id(std::string_view text);

} // namespace core
