// procd.toml's syntax: its text to a tree of values that know where they stand.
#pragma once

#include "procfile/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

struct toml_member;

struct toml_value {
    enum class kind { boolean, integer, floating, string, date, array, table };

    kind what = kind::table;
    bool boolean = false;
    std::int64_t integer = 0;
    double floating = 0;
    std::string string;
    std::vector<toml_value> items;    // of an array
    std::vector<toml_member> members; // of a table, as they stand in the file
    unsigned line = 0;
    unsigned column = 0;
};

struct toml_member {
    std::string key;
    unsigned line = 0; // of the key
    unsigned column = 0;
    toml_value value;
};

struct parsed_toml {
    toml_value root; // a table; empty when the text is no TOML
    std::vector<diagnostic> diagnostics;
};

parsed_toml parse_toml(std::string_view text, std::string const& file);

// Whether a line of the file may hold values of variables, judged without understanding it: it
// says `env`, or the header of its table does (`whole_table`: or any line from there on).
bool may_hold_variables(std::vector<std::string_view> const& lines, unsigned line,
                        bool whole_table = false);

// "a string", "an integer", … for messages.
std::string_view describe(toml_value::kind what);

} // namespace procfile
