// procctl's output: results go to stdout, progress and errors to stderr.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace ctl {

// Both functions write at once. When nobody reads stdout any more, print() ends the command without
// a message; any other failure to write has a message.
void print(std::string_view text);
void print_error(std::string_view text);

bool output_is_terminal();
bool error_is_terminal();

// Shows control characters, also those of U+0080 to U+009F, and bytes that are no UTF-8 as \xNN, so
// that text which others have written cannot move the cursor of the reader's terminal. Everything
// that comes from procd goes through this function before it is printed.
std::string without_controls(std::string_view text);
// The value with all of its strings so.
boost::json::value harmless(boost::json::value value);
// The same for a text of several lines: newlines and tabs are kept.
std::string lines_without_controls(std::string_view text);

// JSON with the control characters in its strings escaped, which JSON allows for all of them, so
// that it means the same.
std::string harmless_json(std::string_view text);
// Print JSON in one line, made harmless.
void print_json_text(std::string_view text);
void print_json(boost::json::value const& value);

} // namespace ctl
