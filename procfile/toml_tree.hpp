// The syntax of procd.toml: from its text to a tree of values that know their place in the file.
#pragma once

#include "procfile/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

struct toml_member;

// One value. Only the member for its kind has a meaning.
struct toml_value {
    enum class kind { boolean, integer, floating, string, date, array, table };

    kind value_kind = kind::table;
    bool boolean = false;
    std::int64_t integer = 0;
    double floating = 0;
    std::string string;
    std::vector<toml_value> items;    // the elements of an array
    std::vector<toml_member> members; // the keys of a table, in the order of the file
    unsigned line = 0;
    unsigned column = 0;
};

// One key of a table with its value. The line and column are those of the key.
struct toml_member {
    std::string key;
    unsigned line = 0;
    unsigned column = 0;
    toml_value value;
};

struct parsed_toml {
    toml_value root; // a table; it is empty when the text is not TOML
    std::vector<diagnostic> diagnostics;
};

// Parses a text by toml++. A syntax error, or a control character that TOML does not allow, is one
// diagnostic. Lines and columns count from 1, and columns count bytes.
parsed_toml parse_toml(std::string_view text, std::string const& file);

// True when a line of the file may hold values of variables, so that no message may show it. The
// answer is a guess without parsing: yes if the line, or the header of the table that it is in, has
// the word `env`. With context::table, any line between the header and this one counts too.
enum class context { header, table };
bool may_hold_variables(std::vector<std::string_view> const& lines, unsigned line,
                        context of = context::header);

// The name of a kind for messages: "a string", "an integer" and so on.
std::string_view describe(toml_value::kind kind);

} // namespace procfile
