#include "procfile/formation.hpp"

#include "procfile/diagnostic.hpp"
#include "procfile/procfile.hpp"
#include "procfile/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace procfile {

namespace {

std::string without_blanks(std::string_view s)
{
    std::string out;
    std::copy_if(s.begin(), s.end(), std::back_inserter(out),
                 [](char c) { return !text::is_blank(c) && c != '\n'; });
    return out;
}

formation_error malformed(std::string const& word)
{
    return {"'" + word + "' does not match the pattern 'type=N', e.g. web=2", false};
}

formation_error unknown(std::string const& type, std::span<std::string const> types)
{
    return {"no process type '" + type + "'" + did_you_mean(type, types), true};
}

enum class limit { least, most };

formation_error out_of_range(std::string const& what, limit broken)
{
    return {what + (broken == limit::most ? " is more than the " + std::to_string(max_count) +
                                                " processes a type may have"
                                          : " is less than no process"),
            false};
}

std::string print(change const& c)
{
    char const sign = c.kind == change_kind::set ? '=' : c.kind == change_kind::add ? '+' : '-';
    return c.type + sign + std::to_string(c.amount);
}

// Where the first item of a comma's part ends, when a blank is all that separates it from a second
// one, as in "web=2 worker=1". The size of the part otherwise.
std::size_t end_of_item(std::string_view part)
{
    std::size_t const equals = part.find('=');
    if (equals == std::string_view::npos || part.find('=', equals + 1) == std::string_view::npos)
        return part.size();
    std::size_t at = text::skip_blanks(part, equals + 1);
    while (at < part.size() && text::is_digit(part[at]))
        ++at;
    return at < part.size() && text::is_blank(part[at]) ? at : part.size();
}

formation_result<selected> parse_selected(std::string const& word)
{
    if (word.find_first_of("=+") != std::string::npos) {
        formation_result<change> const item = parse_change(word);
        if (!item)
            return item.error();
        if (item->kind != change_kind::set)
            return malformed(word);
        return selected{item->type, item->amount};
    }
    std::size_t const dot = word.rfind('.');
    std::string_view const number =
        std::string_view{word}.substr(std::min(dot, word.size() - 1) + 1);
    bool const is_process = dot != std::string::npos && valid_type(word.substr(0, dot)) &&
                            !number.empty() &&
                            std::all_of(number.begin(), number.end(), text::is_digit);
    if (!is_process)
        return selected{word, std::nullopt};
    std::string const type = word.substr(0, dot);
    if (number != "1")
        return formation_error{"'" + word +
                                   "' is one process of several; name the type and how "
                                   "many of it, e.g. " +
                                   type + "=2",
                               false};
    return selected{type, 1};
}

// The count after one change of the count `now`, or an error when it is out of range.
formation_result<int> changed(int now, change const& c)
{
    long const amount = c.amount;
    long const wanted = c.kind == change_kind::set   ? amount
                        : c.kind == change_kind::add ? now + amount
                                                     : now - amount;
    if (wanted < 0 || wanted > max_count)
        return out_of_range("'" + print(c) + "' with " + c.type + " at " + std::to_string(now),
                            wanted > 0 ? limit::most : limit::least);
    return static_cast<int>(wanted);
}

} // namespace

void throw_exception_from_error(formation_error const& e, boost::source_location const&)
{
    throw std::invalid_argument(e.message);
}

formation_result<change> parse_change(std::string_view word)
{
    std::string const text = without_blanks(word);
    std::size_t const sign = text.find_last_of("=+-");
    if (sign == std::string::npos || !valid_type(std::string_view{text}.substr(0, sign)))
        return malformed(text);
    std::string_view const digits = std::string_view{text}.substr(sign + 1);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), text::is_digit))
        return malformed(text);
    int amount = 0;
    for (char const digit : digits) {
        amount = amount * 10 + (digit - '0');
        if (amount > max_count)
            return out_of_range("'" + text + "'", limit::most);
    }
    change_kind const kind = text[sign] == '='   ? change_kind::set
                             : text[sign] == '+' ? change_kind::add
                                                 : change_kind::subtract;
    return change{text.substr(0, sign), kind, amount};
}

formation_result<std::vector<change>> parse_formation(std::string_view text)
{
    std::vector<change> changes;
    if (without_blanks(text).empty())
        return changes;
    for (;;) {
        std::size_t const comma = std::min(text.find(','), text.size());
        std::size_t const end = end_of_item(text.substr(0, comma));
        std::string_view const word = text.substr(0, end);
        formation_result<change> item = parse_change(word);
        if (!item)
            return item.error();
        if (item->kind != change_kind::set)
            return malformed(without_blanks(word));
        changes.push_back(std::move(*item));
        if (end == text.size())
            return changes;
        text.remove_prefix(end + 1);
    }
}

formation_result<std::vector<selected>> parse_selection(std::span<std::string const> words)
{
    std::vector<selected> all;
    for (std::string const& word : words) {
        for (std::string_view rest = word; !rest.empty();) {
            std::size_t const comma = std::min(rest.find(','), rest.size());
            std::string const part = without_blanks(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            if (part.empty())
                continue;
            formation_result<selected> item = parse_selected(part);
            if (!item)
                return item.error();
            all.push_back(std::move(*item));
        }
    }
    return all;
}

formation_result<std::map<std::string, int>>
resolve(std::span<change const> changes, std::span<std::string const> types, int default_count)
{
    int others = changes.empty() ? default_count : 0;
    std::map<std::string, int> named;
    for (change const& c : changes) {
        if (c.kind != change_kind::set)
            return malformed(print(c));
        bool const all = c.type == "all";
        if (!all && std::find(types.begin(), types.end(), c.type) == types.end())
            return unknown(c.type, types);
        formation_result<int> const count = changed(0, c);
        if (!count)
            return count.error();
        (all ? others : named[c.type]) = *count;
    }
    std::map<std::string, int> counts;
    for (std::string const& type : types)
        counts[type] = others;
    for (auto const& [type, count] : named)
        counts[type] = count;
    return counts;
}

formation_result<std::map<std::string, int>> apply(std::span<change const> changes,
                                                   std::map<std::string, int> current)
{
    for (change const& c : changes) {
        if (c.type != "all" && current.find(c.type) == current.end()) {
            std::vector<std::string> types;
            types.reserve(current.size());
            for (auto const& known : current)
                types.push_back(known.first);
            return unknown(c.type, types);
        }
        for (auto& [type, count] : current) {
            if (c.type != "all" && c.type != type)
                continue;
            formation_result<int> const wanted = changed(count, {type, c.kind, c.amount});
            if (!wanted)
                return wanted.error();
            count = *wanted;
        }
    }
    return current;
}

} // namespace procfile
