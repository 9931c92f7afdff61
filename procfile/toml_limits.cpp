#include "procfile/toml_limits.hpp"

#include <algorithm>

namespace procfile {

namespace {

// The offset behind the string that begins at `from` with a quote. A string of one line that is not
// closed ends with its line; the parser gives up there.
std::size_t behind_string(std::string_view text, std::size_t from)
{
    char const quote = text[from];
    std::string const three(3, quote);
    bool const escapes = quote == '"';
    bool const many_lines = text.substr(from, 3) == three;
    std::size_t at = from + (many_lines ? 3 : 1);
    while (at < text.size()) {
        if (escapes && text[at] == '\\') {
            at += 2;
        } else if (!many_lines && (text[at] == quote || text[at] == '\n')) {
            return at + 1;
        } else if (many_lines && text.substr(at, 3) == three) {
            at += 3;
            for (int more = 0; more < 2 && at < text.size() && text[at] == quote; ++more)
                ++at; // one or two quotes may stand before the closing three
            return at;
        } else {
            ++at;
        }
    }
    return text.size();
}

} // namespace

std::optional<diagnostic> too_deep(std::string_view text, std::string const& file)
{
    unsigned line = 1, dots = 0, depth = 0;
    std::size_t line_begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        char const c = text[at];
        std::size_t next = at + 1;
        if (c == '"' || c == '\'')
            next = behind_string(text, at);
        else if (c == '#')
            next = std::min(text.find('\n', at), text.size());
        else if (c == '.')
            ++dots;
        else if (c == '[' || c == '{')
            ++depth;
        else if ((c == ']' || c == '}') && depth > 0)
            --depth;
        if (std::string_view{"=,[]{}\n"}.find(c) != std::string_view::npos)
            dots = 0;
        if (dots >= deepest_toml || depth > deepest_toml)
            return diagnostic{severity::error,
                              file,
                              line,
                              static_cast<unsigned>(at - line_begin + 1),
                              dots >= deepest_toml ? "a key of more than 32 parts"
                                                   : "arrays or tables that are more than 32 deep",
                              true};
        next = std::min(next, text.size());
        for (; at < next; ++at)
            if (text[at] == '\n') {
                ++line;
                line_begin = at + 1;
            }
    }
    return std::nullopt;
}

} // namespace procfile
