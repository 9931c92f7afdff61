// What is wrong in a file a person wrote, where, and how it is shown to them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

enum class severity { note, warning, error };

// A finding in a text. Lines and columns count from 1; 0 means "the file as a whole". Columns count
// bytes, a byte order mark not among them.
struct diagnostic {
    severity level = severity::error;
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
    std::string message;
    bool secret = false; // the line may hold values of variables: render shows asterisks for them
    bool operator==(diagnostic const&) const = default;
};

// "error", "warning" or "note".
std::string_view to_string(severity level);

// One finding for a person: `FILE:LINE:COL: error: MESSAGE`, then the source line and a caret under
// the column (both left out when the line is 0 or not in `text`). Tabs keep their width; other
// control bytes, and bytes that are no UTF-8, are shown as '?'; a line past 120 columns is cut
// around the caret. Ends with a newline.
std::string render(diagnostic const& finding, std::string_view text);

// A line with everything but blanks, punctuation and the `KEY=` it starts with as asterisks. As
// long as the line, so that columns still fit.
std::string without_values(std::string_view line);

// True when any finding is an error.
bool has_error(std::span<diagnostic const> findings);

// The candidate nearest to `word`, for "did you mean": Damerau-Levenshtein (optimal string
// alignment) distance of at most max(1, length / 3), case ignored; the first of several equally
// near ones; nothing when none is near, or when the word is no word (past 64 bytes).
std::optional<std::string> closest(std::string_view word, std::span<std::string const> candidates);
// The same as the end of a message: " (did you mean 'web'?)", or nothing.
std::string did_you_mean(std::string_view word, std::span<std::string const> candidates);

} // namespace procfile
