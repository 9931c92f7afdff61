// Limits on the depth of a TOML text. A parser that calls itself for each level would need as much
// stack as the text asks for.
#pragma once

#include "procfile/diagnostic.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace procfile {

constexpr unsigned deepest_toml = 32; // parts of a dotted key; arrays and tables in each other

// The first place where the text goes deeper, or nothing. It looks at brackets and dots outside of
// strings and comments, and does not check the syntax.
std::optional<diagnostic> too_deep(std::string_view text, std::string const& file);

} // namespace procfile
