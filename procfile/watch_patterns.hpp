// The patterns of a `watch` setting: which files are watched, and in which directories procd has to
// look for them. Paths are texts, either relative to the app's root ("src/app.rb") or absolute.
#pragma once

#include "procfile/path_glob.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace procfile {

// All patterns of one type. A pattern with `!` in front is an exclusion: it excludes everything
// that it matches, with all that lies below, and its place in the list does not matter. An
// exclusion without a `/` matches that name in any directory. `*` and `**` do not match a name that
// begins with a dot, as in a shell. A pattern without wildcards matches a file, or a directory with
// everything below it.
class watch_patterns {
public:
    // Reads the patterns. The error says which pattern is wrong and why.
    static boost::system::result<watch_patterns, std::string>
    parse(std::vector<std::string> const& patterns);
    // Patterns that match these files and nothing else, whatever characters their names have.
    static watch_patterns files(std::vector<std::string> const& paths);

    // The directories at which a search has to begin. None of them lies below another, and they
    // need not exist.
    std::vector<std::string> bases() const;
    // Tells whether the file is watched.
    bool covers(std::string_view path) const;
    // Tells whether there may be watched files in the directory or below it.
    bool enters(std::string_view directory) const;

    bool operator==(watch_patterns const&) const = default;

private:
    bool left_out(std::string_view path) const;

    std::vector<path_glob> wanted_, left_out_;
};

} // namespace procfile
