// From a tree of TOML values to settings: one function for each kind of value that a key may hold,
// and a function that walks over the keys of a table.
#pragma once

#include "procfile/config.hpp"
#include "procfile/toml_tree.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procfile {

class config_reader;

// One key that a table may have, and the function that reads its value into the target.
template <class Target>
struct key_rule {
    std::string_view name;
    void (*read)(config_reader&, toml_value const&, Target&);
    bool idle = false; // the key is accepted and checked, but has no effect in this version
};

// Reads values of a TOML tree into settings. Each `read_…` function returns true and puts the value
// into `out`, or reports an error, returns false and leaves `out` as it was. The reader knows the
// path of the key that it is at, for its messages and for config::places.
class config_reader {
public:
    config_reader(std::string const& file, config& into, std::vector<diagnostic>& out)
        : file_(file), into_(into), out_(out)
    {
    }

    // Calls the rule of each key in the table. A key without a rule is an error.
    template <class Target, std::size_t N>
    void read_table(toml_value const& value, key_rule<Target> const (&rules)[N], Target& target);
    // Calls read(key, value) for each key in a table that may have keys of any name.
    template <class Read>
    void read_members(toml_value const& value, Read read);

    bool read_boolean(toml_value const& value, bool& out);
    // A number, whole or not, between `least` and `most`.
    bool read_number(toml_value const& value, double& out, double least, double most);
    // A whole number between `least` and `most`.
    template <class Integer>
    bool read_integer(toml_value const& value, Integer& out, std::int64_t least, std::int64_t most);
    // A string that is not empty and has no NUL byte.
    bool read_string(toml_value const& value, std::string& out);
    // An array of such strings.
    bool read_strings(toml_value const& value, std::vector<std::string>& out);
    // An array of such strings with at least one of them.
    bool read_argv(toml_value const& value, std::vector<std::string>& out);
    // A string that parse_duration() accepts, `least` or longer.
    bool read_duration(toml_value const& value, milliseconds& out, milliseconds least = {});
    // A string that parse_size() accepts, and not 0.
    bool read_size(toml_value const& value, std::uint64_t& out);
    // A string of octal digits, as chmod takes them. `example` is what the message shows.
    bool read_mode(toml_value const& value, unsigned& out, std::string_view example);
    // An integer, or a string that parse_percentage() accepts, up to `most` percent.
    bool read_amount(toml_value const& value, amount& out, int most);
    // A string that parse_signal() accepts.
    bool read_signal(toml_value const& value, int& out);
    // One of the given words.
    template <class Enum, std::size_t N>
    bool read_enum(toml_value const& value, Enum& out,
                   std::pair<std::string_view, Enum> const (&words)[N]);
    // A table of environment variables, put over the variables that `out` holds. Valid variables
    // are put into `out` even when others are refused.
    bool read_variables(toml_value const& value, std::map<std::string, std::string>& out);

    // Calls one of these functions for an optional setting:
    // reader.read(&config_reader::read_string, value, setting).
    template <class T, class Read, class... Arguments>
    void read(Read function, toml_value const& value, std::optional<T>& out, Arguments... arguments)
    {
        T read_value{};
        if ((this->*function)(value, read_value, arguments...))
            out = std::move(read_value);
    }

    // True when the value is of that kind. Otherwise reports an error, in which `wanted`, if given,
    // stands for the name of the kind.
    bool is(toml_value const& value, toml_value::kind expected, std::string_view wanted = {});
    // Reads a string that `fits` accepts. `wanted` tells the user what would be accepted.
    template <class Fits>
    bool read_fitting(toml_value const& value, std::string& out, Fits fits, std::string_view wanted)
    {
        std::string text;
        if (!read_string(value, text))
            return false;
        if (!fits(text))
            return refuse(value, "must be " + std::string{wanted});
        out = std::move(text);
        return true;
    }
    // Reports an error at the value: the path of its key, then the message. Always false.
    bool refuse(toml_value const& value, std::string const& message);
    // Reports a warning in the same form.
    void warn(toml_value const& value, std::string const& message);

private:
    bool read_range(toml_value const& value, std::int64_t& out, std::int64_t least,
                    std::int64_t most);
    bool refuse_word(toml_value const& value, std::span<std::string const> words);
    void unknown_key(toml_member const& member, std::vector<std::string> const& known);
    void idle_key(toml_member const& member);
    void enter(toml_member const& member);
    void leave(toml_member const& member);
    void report(severity level, unsigned line, unsigned column, std::string message);
    void report(severity level, toml_value const& value, std::string const& message);

    std::string const& file_;
    config& into_;
    std::vector<diagnostic>& out_;
    std::string path_; // of the key that is being read, e.g. "types.web.count"
};

template <class Read>
void config_reader::read_members(toml_value const& value, Read read)
{
    if (!is(value, toml_value::kind::table))
        return;
    for (toml_member const& member : value.members) {
        enter(member);
        read(member.key, member.value);
        leave(member);
    }
}

template <class Target, std::size_t N>
void config_reader::read_table(toml_value const& value, key_rule<Target> const (&rules)[N],
                               Target& target)
{
    if (!is(value, toml_value::kind::table))
        return;
    for (toml_member const& member : value.members) {
        auto const rule = std::find_if(std::begin(rules), std::end(rules),
                                       [&](auto const& r) { return r.name == member.key; });
        if (rule == std::end(rules)) {
            std::vector<std::string> known;
            for (auto const& r : rules)
                known.emplace_back(r.name);
            unknown_key(member, known);
            continue;
        }
        enter(member);
        if (rule->idle)
            idle_key(member);
        rule->read(*this, member.value, target);
        leave(member);
    }
}

template <class Integer>
bool config_reader::read_integer(toml_value const& value, Integer& out, std::int64_t least,
                                 std::int64_t most)
{
    std::int64_t number = 0;
    if (!read_range(value, number, least, most))
        return false;
    out = static_cast<Integer>(number);
    return true;
}

template <class Enum, std::size_t N>
bool config_reader::read_enum(toml_value const& value, Enum& out,
                              std::pair<std::string_view, Enum> const (&words)[N])
{
    if (!is(value, toml_value::kind::string))
        return false;
    std::vector<std::string> known;
    for (auto const& [word, meaning] : words) {
        if (value.string == word) {
            out = meaning;
            return true;
        }
        known.emplace_back(word);
    }
    return refuse_word(value, known);
}

} // namespace procfile
