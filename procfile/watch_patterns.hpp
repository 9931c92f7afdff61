// What `watch` means: which files below the root are watched, and which directories have to be
// looked into for them. Paths are as text, relative to the root ("src/app.rb") or absolute.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procfile {

// One glob over whole paths, as its components. The form is that of glob(7), with `**` for any
// number of directories and {a,b} for either.
class path_glob {
public:
    // A component "" in front stands for the root of the file system; "**" for any number of
    // directories. `\\` takes what follows as it is.
    explicit path_glob(std::vector<std::string> components) : components_(std::move(components)) {}

    // How far a path gets. `wild_dots`: wildcards take a name that begins with a dot, too.
    struct reach {
        bool whole = false;  // the path is one it names
        bool within = false; // a directory above the path is one it names
        bool below = false;  // something below the path might be one
    };
    reach match(std::string_view path, bool wild_dots) const;
    // The directory that holds everything it can name: its leading components without wildcards,
    // but for the last.
    std::string base() const;

    bool operator==(path_glob const&) const = default;

private:
    std::vector<std::string> components_;
};

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

    // Leaves out this path and all below it.
    void leave_out(std::string const& path);
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
