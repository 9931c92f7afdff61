// Formations say how many processes of each type run: "web=2,worker=1" and "all=1". `procctl scale`
// has relative forms too.
#pragma once

#include <boost/system/result.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

// The largest count of processes that one type may have.
inline constexpr int max_count = 10'000;

enum class change_kind { set, add, subtract };

// One item of a formation: `web=2`, `web+1`, `web-1` or `all=1` (the type "all").
struct change {
    std::string type;
    change_kind kind = change_kind::set;
    int amount = 0;
    bool operator==(change const&) const = default;
};

// The reason why a formation was refused. The message is a sentence for the user without a full
// stop. procctl exits with 3 for an unknown type and with 2 for everything else.
struct formation_error {
    std::string message;
    bool unknown_type = false;
};
// Lets result::value() throw the error as std::invalid_argument.
[[noreturn]] void throw_exception_from_error(formation_error const& e,
                                             boost::source_location const& where);

template <class T>
using formation_result = boost::system::result<T, formation_error>;

// Reads one item, such as "web=2" or "worker+1". Blanks are ignored. The error is "'web=x' does not
// match the pattern 'type=N', e.g. web=2".
formation_result<change> parse_change(std::string_view word);

// Reads a whole formation for the option `-m`, such as "all=1,web=2" or "all=1 web=2". Blanks
// around commas and signs are ignored, and relative items are refused. An empty text gives an empty
// list.
formation_result<std::vector<change>> parse_formation(std::string_view text);

// One type that a word of procd's command line names, and how many of it where the word says so.
struct selected {
    std::string type;
    std::optional<int> count;
    bool operator==(selected const&) const = default;
};
// Reads the words that choose types: "web", "web=2", "web,worker", and "web.1" for one of `web`.
// The error of a malformed word is that of parse_change(). A process with a higher number is
// refused, because its number does not stand alone.
formation_result<std::vector<selected>> parse_selection(std::span<std::string const> words);

// The count of every type that a formation for `-m` leads to. A type that is not named gets the
// count of `all`, or 0 without `all`. A named type wins over `all`, and a later item wins over an
// earlier one. An unknown type is an error with a "did you mean". An empty formation gives every
// type `default_count`.
formation_result<std::map<std::string, int>>
resolve(std::span<change const> changes, std::span<std::string const> types, int default_count);

// The counts after `procctl scale`: all changes applied in order to the current counts, or an error
// and no change. Types that are not named keep their count, and `all` names every type. An unknown
// type is an error, and so is a result below 0 or above max_count.
formation_result<std::map<std::string, int>> apply(std::span<change const> changes,
                                                   std::map<std::string, int> current);

} // namespace procfile
