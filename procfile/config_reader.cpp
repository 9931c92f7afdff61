#include "procfile/config_reader.hpp"

#include "procfile/env_file.hpp"
#include "procfile/formation.hpp"
#include "procfile/text.hpp"

#include <limits>

namespace procfile {

void config_reader::report(severity level, unsigned line, unsigned column, std::string message)
{
    out_.push_back({level, file_, line, column, std::move(message)});
}

bool config_reader::refuse(toml_value const& value, std::string const& message)
{
    report(severity::error, value, message);
    return false;
}

void config_reader::warn(toml_value const& value, std::string const& message)
{
    report(severity::warning, value, message);
}

void config_reader::report(severity level, toml_value const& value, std::string const& message)
{
    auto const name = path_.empty() ? "" : "'" + path_ + "' "; // parse_probe() reads without a path
    report(level, value.line, value.column, name + message);
}

void config_reader::enter(toml_member const& member)
{
    path_ += (path_.empty() ? "" : ".") + member.key;
    into_.places[path_] = {member.value.line, member.value.column};
    if (member.value.value_kind == toml_value::kind::table)
        into_.places[path_] = {member.line, member.column};
}

void config_reader::leave(toml_member const& member)
{
    path_.erase(path_.size() - member.key.size());
    if (!path_.empty())
        path_.pop_back();
}

void config_reader::unknown_key(toml_member const& member, std::vector<std::string> const& known)
{
    std::string hint = did_you_mean(member.key, known);
    for (auto const& key : hint.empty() ? known : std::vector<std::string>{})
        hint += (hint.empty() ? "; known there: " : ", ") + key;
    report(severity::error, member.line, member.column,
           "unknown key '" + member.key + "'" + (path_.empty() ? "" : " in [" + path_ + "]") +
               hint);
}

void config_reader::idle_key(toml_member const& member)
{
    report(severity::note, member.line, member.column,
           "'" + path_ + "' is accepted, but has no effect in this version");
}

bool config_reader::is(toml_value const& value, toml_value::kind expected, std::string_view wanted)
{
    if (value.value_kind == expected)
        return true;
    return refuse(value, "must be " + std::string{wanted.empty() ? describe(expected) : wanted} +
                             ", not " + std::string{describe(value.value_kind)});
}

bool config_reader::read_boolean(toml_value const& value, bool& out)
{
    if (!is(value, toml_value::kind::boolean))
        return false;
    out = value.boolean;
    return true;
}

bool config_reader::read_number(toml_value const& value, double& out, double least, double most)
{
    bool const whole = value.value_kind == toml_value::kind::integer;
    if (!whole && !is(value, toml_value::kind::floating, "a number"))
        return false;
    double const number = whole ? static_cast<double>(value.integer) : value.floating;
    if (!(number >= least && number <= most)) // written this way round, NaN is refused too
        return refuse(value, "must be between " + std::to_string(static_cast<long>(least)) +
                                 " and " + std::to_string(static_cast<long>(most)));
    out = number;
    return true;
}

bool config_reader::read_range(toml_value const& value, std::int64_t& out, std::int64_t least,
                               std::int64_t most)
{
    if (!is(value, toml_value::kind::integer))
        return false;
    if (value.integer >= least && value.integer <= most) {
        out = value.integer;
        return true;
    }
    if (most == std::numeric_limits<int>::max())
        return refuse(value, "must be " + std::to_string(least) + " or more");
    return refuse(value,
                  "must be between " + std::to_string(least) + " and " + std::to_string(most));
}

bool config_reader::read_string(toml_value const& value, std::string& out)
{
    if (!is(value, toml_value::kind::string))
        return false;
    if (value.string.empty())
        return refuse(value, "must not be empty");
    if (value.string.find('\0') != std::string::npos)
        return refuse(value, "must not have a NUL byte");
    out = value.string;
    return true;
}

bool config_reader::read_strings(toml_value const& value, std::vector<std::string>& out)
{
    if (!is(value, toml_value::kind::array, "an array of strings"))
        return false;
    std::vector<std::string> strings(value.items.size());
    for (std::size_t i = 0; i < strings.size(); ++i)
        if (!read_string(value.items[i], strings[i]))
            return false;
    out = std::move(strings);
    return true;
}

bool config_reader::read_argv(toml_value const& value, std::vector<std::string>& out)
{
    if (value.value_kind == toml_value::kind::array && value.items.empty())
        return refuse(value, "must not be empty");
    return read_strings(value, out);
}

bool config_reader::read_duration(toml_value const& value, milliseconds& out, milliseconds least)
{
    constexpr std::string_view wanted = "a duration such as \"30s\" (units: ms, s, m, h)";
    if (!is(value, toml_value::kind::string, wanted))
        return false;
    std::optional<milliseconds> const duration = parse_duration(value.string);
    if (!duration)
        return refuse(value, "must be " + std::string{wanted});
    if (*duration < least)
        return refuse(value, "must be " + std::to_string(least.count()) + "ms or more");
    out = *duration;
    return true;
}

bool config_reader::read_size(toml_value const& value, std::uint64_t& out)
{
    constexpr std::string_view wanted = "a size such as \"512M\" (units: K, M, G)";
    if (!is(value, toml_value::kind::string, wanted))
        return false;
    std::optional<std::uint64_t> const size = parse_size(value.string);
    if (!size)
        return refuse(value, "must be " + std::string{wanted});
    if (*size == 0)
        return refuse(value, "must not be 0");
    out = *size;
    return true;
}

bool config_reader::read_mode(toml_value const& value, unsigned& out, std::string_view example)
{
    std::string octal;
    auto const fits = [](std::string_view t) {
        return t.size() <= 4 && t.find_first_not_of("01234567") == std::string_view::npos &&
               (t.size() < 4 || t.front() == '0');
    };
    if (!read_fitting(value, octal, fits, "octal digits such as \"" + std::string{example} + '"'))
        return false;
    out = static_cast<unsigned>(std::stoul(octal, nullptr, 8));
    return true;
}

bool config_reader::read_amount(toml_value const& value, amount& out, int most)
{
    constexpr std::string_view wanted = "a number of processes, or a percentage such as \"25%\"";
    if (value.value_kind == toml_value::kind::integer) {
        out.in = amount::unit::processes;
        return read_integer(value, out.number, 0, max_count);
    }
    if (!is(value, toml_value::kind::string, wanted))
        return false;
    auto const& written = value.string;
    auto const percent = parse_percentage(written);
    if (!percent && parse_percentage(written + '%'))
        return refuse(value, "must be " + std::string{wanted} + "; write " + written +
                                 " without quotes, or \"" + written + "%\"");
    if (!percent)
        return refuse(value, "must be " + std::string{wanted});
    if (*percent > most)
        return refuse(value, "must be \"" + std::to_string(most) + "%\" or less");
    out = {*percent, amount::unit::percent};
    return true;
}

bool config_reader::read_signal(toml_value const& value, int& out)
{
    if (!is(value, toml_value::kind::string, "a signal such as \"TERM\""))
        return false;
    if (std::optional<int> const number = parse_signal(value.string)) {
        out = *number;
        return true;
    }
    std::vector<std::string> names;
    for (int number = 1; number < 32; ++number)
        names.push_back(signal_name(number).substr(3));
    std::string_view word = value.string;
    if (word.substr(0, 3) == "SIG")
        word.remove_prefix(3);
    return refuse(value, "must be a signal such as \"TERM\"" + did_you_mean(word, names));
}

bool config_reader::refuse_word(toml_value const& value, std::span<std::string const> words)
{
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i)
        list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + ("\"" + words[i] + "\"");
    return refuse(value, "must be " + list + did_you_mean(value.string, words));
}

bool config_reader::read_variables(toml_value const& value, std::map<std::string, std::string>& out)
{
    std::map<std::string, std::string> variables = out;
    bool good = true;
    read_members(value, [&](std::string const& key, toml_value const& text) {
        if (!valid_key(key))
            good = refuse(text, "is no name of a variable");
        else if (!is(text, toml_value::kind::string))
            good = false;
        else if (text.string.find('\0') != std::string::npos)
            good = refuse(text, "must not have a NUL byte");
        else
            variables[key] = text.string;
    });
    out = std::move(variables);
    return good;
}

} // namespace procfile
