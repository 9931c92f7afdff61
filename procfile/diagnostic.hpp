// Findings in the files that people write, and the text in which a user sees them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

enum class severity { note, warning, error };

// One finding in a file. Lines and columns count from 1. Line 0 stands for the file as a whole.
// Columns count bytes, without a byte order mark.
struct diagnostic {
    severity level = severity::error;
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
    std::string message;
    bool secret = false; // the line may hold values of variables, so render() hides them
    // Something that is written or wanted is left out: a line is skipped, an earlier line does not
    // count, or a process has no port. `procd check` fails for it, as for an error.
    bool lost = false;
    bool operator==(diagnostic const&) const = default;
};

// "error", "warning" or "note".
std::string_view to_string(severity level);

// One finding as text: `FILE:LINE:COL: error: MESSAGE`, then the source line and a caret under the
// column. The source line and the caret are left out when the line is 0 or not in `text`. Tabs keep
// their width. Other control bytes and bytes that are not UTF-8 are shown as '?'. A line of more
// than 120 columns is cut around the caret. The result ends with a newline.
std::string render(diagnostic const& finding, std::string_view text);

// Hides the values in a line: every letter and digit becomes an asterisk, but for the `KEY=` at the
// beginning. The result is as long as the line, so that columns still fit.
std::string without_values(std::string_view line);

// True when any finding is an error.
bool has_error(std::span<diagnostic const> findings);

// The candidate nearest to `word`, for a "did you mean". The measure is the Damerau-Levenshtein
// distance in its restricted form (optimal string alignment), without regard to case. A distance of
// more than max(1, length / 3) gives nothing, and so does a word of more than 64 bytes. Among
// equally near candidates the first one wins.
std::optional<std::string> closest(std::string_view word, std::span<std::string const> candidates);
// The same as the end of a message: " (did you mean 'web'?)", or an empty string.
std::string did_you_mean(std::string_view word, std::span<std::string const> candidates);

} // namespace procfile
