// The target of a request, "/v1/processes/web.1?wait=false", taken apart and percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procd::control {

struct http_target {
    std::vector<std::string> path; // {"v1", "processes", "web.1"}
    std::vector<std::pair<std::string, std::string>> query;

    // The last value of a name; nothing when the name is absent.
    std::optional<std::string> value(std::string_view name) const;
    // All values of a name. Values with commas are split at the commas.
    std::vector<std::string> values(std::string_view name) const;
};

// Parses a target. Nothing when it is no absolute path, or its percent-encoding is broken.
std::optional<http_target> parse_target(std::string_view text);

} // namespace procd::control
