#include "supervisor/front/head_fields.hpp"

#include <algorithm>
#include <array>

namespace procd::front {

namespace {

constexpr char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '_' ? '-' : c;
}

// Tells whether the name is the given one, which is written in lower case with hyphens.
bool is(std::string_view name, std::string_view known)
{
    return std::equal(name.begin(), name.end(), known.begin(), known.end(),
                      [](char a, char b) { return folded(a) == b; });
}

constexpr std::string_view forwarded_prefix = "x-forwarded-";

field_kind forwarded_kind(std::string_view rest)
{
    if (is(rest, "for"))
        return field_kind::x_forwarded_for;
    if (is(rest, "host"))
        return field_kind::x_forwarded_host;
    if (is(rest, "port"))
        return field_kind::x_forwarded_port;
    if (is(rest, "proto"))
        return field_kind::x_forwarded_proto;
    return field_kind::x_forwarded_other;
}

struct known_name {
    std::string_view name;
    field_kind kind;
};
// In the order of their lengths.
constexpr known_name known_names[] = {
    {"te", field_kind::te},
    {"host", field_kind::host},
    {"expect", field_kind::expect},
    {"trailer", field_kind::trailer},
    {"upgrade", field_kind::upgrade},
    {"forwarded", field_kind::forwarded},
    {"connection", field_kind::connection},
    {"keep-alive", field_kind::keep_alive},
    {"x-request-id", field_kind::x_request_id},
    {"content-length", field_kind::content_length},
    {"x-request-start", field_kind::x_request_start},
    {"proxy-connection", field_kind::proxy_connection},
    {"transfer-encoding", field_kind::transfer_encoding},
};

constexpr std::array<bool, 256> token_characters = [] {
    std::array<bool, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c)
        table[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c)
        table[c] = table[c - 'a' + 'A'] = true;
    for (char const c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

constexpr bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

} // namespace

field_kind kind_of(std::string_view name)
{
    if (name.size() > forwarded_prefix.size() &&
        is(name.substr(0, forwarded_prefix.size()), forwarded_prefix))
        return forwarded_kind(name.substr(forwarded_prefix.size()));
    for (auto const& known : known_names) {
        if (known.name.size() > name.size())
            break;
        if (known.name.size() == name.size() && is(name, known.name))
            return known.kind;
    }
    return field_kind::other;
}

bool same_ignoring_case(std::string_view a, std::string_view b)
{
    auto const lower = [](char c) { return c == '_' ? c : folded(c); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_token_character(char c)
{
    return token_characters[static_cast<unsigned char>(c)];
}

bool is_number(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_blanks(std::string_view text)
{
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string_view first_line(std::string_view head)
{
    return head.substr(0, head.find('\r'));
}

head_fields::head_fields(std::string_view head) : rest_(head.substr(head.find('\n') + 1)) {}

std::optional<head_field> head_fields::next()
{
    auto const end = rest_.find('\n') + 1;
    auto const line = rest_.substr(0, end);
    if (line.size() <= 2) // the empty line
        return std::nullopt;
    rest_.remove_prefix(end);
    auto const colon = line.find(':');
    auto const name = line.substr(0, colon);
    auto const value = line.substr(colon + 1, line.size() - colon - 3);
    return head_field{kind_of(name), name, without_blanks(value), line};
}

std::optional<std::string_view> list_elements::next()
{
    while (!rest_.empty()) {
        auto const end = std::min(rest_.find(','), rest_.size());
        auto const element = without_blanks(rest_.substr(0, end));
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (!element.empty())
            return element;
    }
    return std::nullopt;
}

void append_to_list(std::string& list, std::string_view more)
{
    if (!more.empty())
        list.append(list.empty() ? "" : ", ").append(more);
}

} // namespace procd::front
