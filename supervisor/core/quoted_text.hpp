// Text from strangers in a line of a log.
#pragma once

#include <string>
#include <string_view>

namespace core {

// The text with quotes and backslashes escaped, and as \xNN or \uNNNN everything that could forge a
// line or confuse its reader: control characters, line separators, characters that change the
// direction of writing, and bytes that are not UTF-8. Nothing is lost: other texts give other
// results.
std::string escaped(std::string_view text);

// The escaped text in double quotes.
std::string quoted(std::string_view text);

} // namespace core
