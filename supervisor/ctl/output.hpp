// procctl's output: results go to stdout, progress and errors to stderr.
#pragma once

#include <string>
#include <string_view>

namespace ctl {

// Both functions write at once. When nobody reads stdout any more, print() ends the command without
// a message; any other failure to write has a message.
void print(std::string_view text);
void print_error(std::string_view text);

bool output_is_terminal();
bool error_is_terminal();

// Shows control bytes as \xNN, so that the output of a child cannot move the cursor of the reader's
// terminal. UTF-8 stays as it is.
std::string without_controls(std::string_view text);

} // namespace ctl
