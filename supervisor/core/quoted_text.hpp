// Text from strangers in a line of a log or on a page.
#pragma once

#include <string>
#include <string_view>

namespace core {

// The text with everything as \xNN or \uNNNN that could forge a line or confuse its reader: control
// characters, line separators, characters that change the direction of writing, and bytes that are
// not UTF-8.
std::string visible(std::string_view text);

// The same with a backslash before quotes and backslashes. Nothing is lost: other texts give other
// results.
std::string escaped(std::string_view text);

// The escaped text in double quotes.
std::string quoted(std::string_view text);

} // namespace core
