#include "supervisor/front/head_rules.hpp"

#include "supervisor/front/head_fields.hpp"

#include <algorithm>

namespace procd::front {

namespace {

constexpr std::string_view line_end = "\r\n", head_end = "\r\n\r\n";

std::optional<refusal> bad(char const* why)
{
    return refusal{400, why};
}

// The rules on single bytes and line ends, from the offset `from` on.
std::optional<refusal> bad_bytes(std::string_view bytes, std::size_t from)
{
    for (auto i = from; i < bytes.size(); ++i) {
        char const c = bytes[i];
        if (is_value_character(c))
            continue;
        if (c == '\n')
            return bad("a line end without CR");
        if (c != '\r')
            return bad("a control character in the head");
        if (i + 1 == bytes.size())
            break; // the rest has not come yet
        if (bytes[++i] != '\n')
            return bad("a CR without LF");
        if (i + 1 < bytes.size() && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t'))
            return bad("a folded line");
    }
    return std::nullopt;
}

std::optional<refusal> too_long(std::string_view bytes)
{
    auto const begin = bytes.substr(0, longest_request_line + line_end.size());
    if (begin.size() == longest_request_line + line_end.size() &&
        begin.find(line_end) == std::string_view::npos)
        return refusal{431, "the first line is longer than 16 KiB"};
    if (bytes.size() > longest_head)
        return refusal{431, "the head is longer than 64 KiB"};
    return std::nullopt;
}

std::optional<refusal> bad_name(std::string_view line)
{
    auto const colon = line.find(':');
    if (colon == std::string_view::npos)
        return bad("a field without a colon");
    auto const name = line.substr(0, colon);
    if (name.empty())
        return bad("a field without a name");
    if (name.back() == ' ' || name.back() == '\t')
        return bad("a blank between a field's name and its colon");
    if (!is_token(name))
        return bad("a field's name with a character that is not allowed");
    return std::nullopt;
}

} // namespace

std::size_t head_length(std::string_view bytes, std::size_t searched)
{
    if (bytes.starts_with(line_end)) // there is no first line
        return line_end.size();
    auto const from = searched < head_end.size() ? 0 : searched - (head_end.size() - 1);
    auto const at = bytes.find(head_end, from);
    return at == std::string_view::npos ? 0 : at + head_end.size();
}

std::optional<refusal> hopeless(std::string_view incomplete, std::size_t searched)
{
    // Two bytes again: the line end before them may be folded, or cut in two.
    auto from = searched < 2 ? 0 : std::min(searched - 2, incomplete.size());
    if (from > 0 && incomplete.substr(from).starts_with('\n'))
        ++from; // its CR was seen
    if (auto found = bad_bytes(incomplete, from))
        return found;
    if (auto found = too_long(incomplete))
        return found;
    if (incomplete.size() == longest_head)
        return refusal{431, "the head is longer than 64 KiB"};
    return std::nullopt;
}

std::size_t leading_empty_line(std::string_view bytes)
{
    return bytes.starts_with(line_end) ? line_end.size() : 0;
}

std::optional<refusal> broken_head(std::string_view head)
{
    if (auto found = too_long(head))
        return found;
    if (auto found = bad_bytes(head, 0))
        return found;
    auto const end = head_length(head);
    if (end == 0)
        return bad("a head without its empty line");
    if (end != head.size())
        return bad("bytes behind the empty line");
    if (end == line_end.size())
        return bad("a head without a first line");
    auto rest = head.substr(head.find('\n') + 1);
    while (rest.size() > line_end.size()) {
        auto const size = rest.find('\n') + 1;
        if (auto found = bad_name(rest.substr(0, size)))
            return found;
        rest.remove_prefix(size);
    }
    return std::nullopt;
}

} // namespace procd::front
