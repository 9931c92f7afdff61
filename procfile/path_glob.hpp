// One glob over a whole path. The form is that of glob(7), with `**` for any number of directories.
#pragma once

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

// The components of a path: "/a/./b//c" -> "", "a", "b", "c"; "a/.." goes away where `a` is a name.
std::vector<std::string> split_path(std::string_view path);
// Whether a component has wildcards.
bool is_wild(std::string_view component);
// A name as the component that matches nothing else.
std::string escaped(std::string_view name);
// Whether every bracket expression of a pattern ends within its component.
bool brackets_closed(std::string_view pattern);

} // namespace procfile
