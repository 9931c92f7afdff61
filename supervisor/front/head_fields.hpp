// The lines of a head one after the other, and the names that the rules know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace procd::front {

// The fields that have a meaning for the router.
enum class field_kind {
    other,
    connection,
    content_length,
    expect,
    forwarded,
    host,
    keep_alive,
    proxy_connection,
    te,
    trailer,
    transfer_encoding,
    upgrade,
    x_forwarded_for,
    x_forwarded_host,
    x_forwarded_other, // every other name that begins with X-Forwarded-
    x_forwarded_port,
    x_forwarded_proto,
    x_request_id,
    x_request_start
};

// Case does not matter, and an underscore counts as a hyphen: most apps get the fields as CGI
// variables, in which X_Forwarded_For and X-Forwarded-For have the same name.
field_kind kind_of(std::string_view name);

bool same_ignoring_case(std::string_view a, std::string_view b);
// Tells whether the text is a token of RFC 9110: not empty, of letters, digits and !#$%&'*+-.^_`|~.
bool is_token(std::string_view text);
bool is_token_character(char c);
// Tells whether the character may stand in a value: a tab, and everything that is no control
// character.
constexpr bool is_value_character(char c)
{
    auto const byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}
// Tells whether the text is not empty and has only decimal digits.
bool is_number(std::string_view text);
// The text without spaces and tabs at both ends.
std::string_view without_blanks(std::string_view text);

// The first line of a head, without its line end.
std::string_view first_line(std::string_view head);

struct head_field {
    field_kind kind = field_kind::other;
    std::string_view name;
    std::string_view value; // without the blanks around it
    std::string_view line;  // all of it, with its line end
};

// Walks through the fields of a head in which broken_head finds nothing.
class head_fields {
public:
    explicit head_fields(std::string_view head);
    // The next field, or nothing at the end of the head.
    std::optional<head_field> next();

private:
    std::string_view rest_;
};

// Appends elements to a list such as "10.0.0.1, 10.0.0.2", unless they are empty.
void append_to_list(std::string& list, std::string_view more);

// Walks through the elements of a list such as "keep-alive, Upgrade". Empty elements are left out.
class list_elements {
public:
    explicit list_elements(std::string_view list) : rest_(list) {}
    std::optional<std::string_view> next();

private:
    std::string_view rest_;
};

} // namespace procd::front
