// How many of each type: "web=2,worker=1", "all=1", and the relative forms of `procctl scale`.
#pragma once

#include <boost/system/result.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

// The largest count a formation may ask of one type.
inline constexpr int max_count = 10'000;

enum class change_kind { set, add, subtract };

// One item of a formation: `web=2`, `web+1`, `web-1`, `all=1` (type "all").
struct change {
    std::string type;
    change_kind kind = change_kind::set;
    int amount = 0;
    bool operator==(change const&) const = default;
};

// Why a formation text was refused: a sentence for the user without a final stop, and whether it is
// an unknown type (procctl exits with 3 for that) or a malformed word (2).
struct formation_error {
    std::string message;
    bool unknown_type = false;
};
[[noreturn]] void throw_exception_from_error(formation_error const& e,
                                             boost::source_location const& where);

template <class T>
using formation_result = boost::system::result<T, formation_error>;

// One word of the command line, e.g. "web=2" or "worker+1"; blanks are ignored. The message is the
// one of SEMANTICS 7: 'web=x' does not match the pattern 'type=N', e.g. web=2.
formation_result<change> parse_change(std::string_view word);

// A whole formation text for `-m`, e.g. "all=1,web=2": blanks ignored, only the absolute form.
formation_result<std::vector<change>> parse_formation(std::string_view text);

// What `-m` means for these types: types not named become 0 unless `all=N` is among them; a later
// item wins over an earlier one and a named type over `all`. An unknown type is an error with "did
// you mean". An empty list gives every type `default_count`.
formation_result<std::map<std::string, int>>
resolve(std::span<change const> changes, std::span<std::string const> types, int default_count);

// What `procctl scale` means: `changes` applied in order to `current`, all or nothing; types not
// named stay. `all` names every type. An unknown type, a result below 0 or above max_count is an
// error.
formation_result<std::map<std::string, int>> apply(std::span<change const> changes,
                                                   std::map<std::string, int> current);

} // namespace procfile
