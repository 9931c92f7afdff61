// What procctl writes: results to stdout, progress and errors to stderr.
#pragma once

#include <string>
#include <string_view>

namespace ctl {

// Written at once. A reader that is gone ends the command without a word, another failure with one.
void print(std::string_view text);
void print_error(std::string_view text);

bool output_is_terminal();
bool error_is_terminal();

// Control bytes as \xNN, so that what a child wrote cannot move the reader's terminal. UTF-8 stays.
std::string without_controls(std::string_view text);

} // namespace ctl
