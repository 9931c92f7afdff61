// From the text of an env file to its assignments. The syntax is the common ground of Foreman and
// dotenv, without interpolation.
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
    std::vector<assignment> assignments; // in file order with repeats; of these the last one wins
    // Warnings stand for lines that were skipped and for quotes that are never closed, notes for
    // values that are cut at a comment or hold what people rarely mean.
    std::vector<diagnostic> diagnostics;
};

// Reads a whole env file. The diagnostics never quote a value, and all are marked `secret`. A text
// in UTF-16 is an error.
parsed_env parse_env(std::string_view text, std::string const& file);

// Tells whether `name` may be the name of a variable: a letter or '_', then letters, digits, '_'
// and '.'.
bool valid_key(std::string_view name);

} // namespace procfile
