// An env file's text to its assignments (SEMANTICS: Foreman's and dotenv's common ground, no
// interpolation).
#pragma once

#include "procfile/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace procfile {

struct assignment {
    std::string key;
    std::string value;
    unsigned line = 0;
    bool operator==(assignment const&) const = default;
};

struct parsed_env {
    std::vector<assignment> assignments; // in file order, repeats kept: the later one wins
    std::vector<diagnostic> diagnostics; // warnings only; a line that fits nothing is skipped
};

// Reads a whole env file. Diagnostics never quote a value, and are marked `secret`.
parsed_env parse_env(std::string_view text, std::string const& file);

// Whether `name` may stand before the '=': a letter or _, then letters, digits, _ and dots.
bool valid_key(std::string_view name);

} // namespace procfile
