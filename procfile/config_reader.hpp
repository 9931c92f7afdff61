// From a tree of TOML values to values of ours: one function for each kind of value a key may hold,
// and the walk over a table's keys.
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

// A key that a table may have.
template <class Target>
struct key_rule {
    std::string_view name;
    void (*read)(config_reader&, toml_value const&, Target&);
    bool idle = false; // accepted and checked, but nothing acts on it in this version
};

// Each `read_…` puts a value into `out` and is true, or reports why it cannot and leaves `out` as
// it was. It knows the path of the key being read, for messages and for config::places.
class config_reader {
public:
    config_reader(std::string const& file, config& into, std::vector<diagnostic>& out)
        : file_(file), into_(into), out_(out)
    {
    }

    // Calls the rule of every key; reports a key that has none.
    template <class Target, std::size_t N>
    void read_table(toml_value const& value, key_rule<Target> const (&rules)[N], Target& target);
    // Calls read(key, value) for every key of a table that has any keys.
    template <class Read>
    void read_members(toml_value const& value, Read read);

    bool read_boolean(toml_value const& value, bool& out);
    bool read_number(toml_value const& value, double& out, double least, double most);
    template <class Integer>
    bool read_integer(toml_value const& value, Integer& out, std::int64_t least, std::int64_t most);
    bool read_string(toml_value const& value, std::string& out); // not empty, no NUL byte
    bool read_strings(toml_value const& value, std::vector<std::string>& out);
    bool read_argv(toml_value const& value, std::vector<std::string>& out); // not empty
    bool read_duration(toml_value const& value, milliseconds& out, milliseconds least = {});
    bool read_size(toml_value const& value, std::uint64_t& out);
    bool read_signal(toml_value const& value, int& out);
    template <class Enum, std::size_t N>
    bool read_enum(toml_value const& value, Enum& out,
                   std::pair<std::string_view, Enum> const (&words)[N]);
    bool read_variables(toml_value const& value, std::map<std::string, std::string>& out);

    // Any of them into an optional: reader.read(&config_reader::read_string, value, optional).
    template <class T, class Read, class... Arguments>
    void read(Read function, toml_value const& value, std::optional<T>& out, Arguments... arguments)
    {
        T read_value{};
        if ((this->*function)(value, read_value, arguments...))
            out = std::move(read_value);
    }

    // False, and an error at the value, unless it is of that kind. `wanted` replaces the kind's
    // name.
    bool is(toml_value const& value, toml_value::kind what, std::string_view wanted = {});
    // False, and an error at the value, unless the string is one that `fits` likes.
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
    // Reports: the path of the key being read, then the message.
    bool refuse(toml_value const& value, std::string const& message);

private:
    bool read_range(toml_value const& value, std::int64_t& out, std::int64_t least,
                    std::int64_t most);
    bool refuse_word(toml_value const& value, std::span<std::string const> words);
    void unknown_key(toml_member const& member, std::vector<std::string> const& known);
    void idle_key(toml_member const& member);
    void enter(toml_member const& member);
    void leave(toml_member const& member);
    void report(severity level, unsigned line, unsigned column, std::string message);

    std::string const& file_;
    config& into_;
    std::vector<diagnostic>& out_;
    std::string path_; // "types.web.count"
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
