// What `watch` means: which files below the root are watched, and which directories have to be
// looked into for them. Paths are as text, relative to the root ("src/app.rb") or absolute.
#pragma once

#include "procfile/path_glob.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace procfile {

// All patterns of one subject. What one with `!` in front names is left out, with all below it,
// wherever it stands in the list; one without a `/` leaves out what has that name anywhere. `*` and
// `**` take no name that begins with a dot, as in a shell. A pattern without wildcards names a
// file, or a directory with all below it, as `/**` after it does.
class watch_patterns {
public:
    // The error says what is wrong with which pattern.
    static boost::system::result<watch_patterns, std::string>
    parse(std::vector<std::string> const& patterns);
    // These files and nothing else, whatever characters are in their names.
    static watch_patterns files(std::vector<std::string> const& paths);

    // Directories to begin at, none below another. They need not exist.
    std::vector<std::string> bases() const;
    // The file is watched.
    bool covers(std::string_view path) const;
    // There may be watched files in the directory, or below it.
    bool enters(std::string_view directory) const;

    bool operator==(watch_patterns const&) const = default;

private:
    bool left_out(std::string_view path) const;

    std::vector<path_glob> wanted_, left_out_;
};

} // namespace procfile
