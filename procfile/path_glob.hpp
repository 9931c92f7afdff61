// Matching a whole path against one glob pattern.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procfile {

// A glob pattern for whole paths, held as its components. The form is that of glob(7), and `**` as
// a component stands for any number of directories. Alternatives in braces are expanded before
// (watch_patterns).
class path_glob {
public:
    // An empty first component stands for the root of the file system. A `\` in a component makes
    // the next character literal.
    explicit path_glob(std::vector<std::string> components) : components_(std::move(components)) {}

    // How a path relates to the pattern.
    struct reach {
        bool whole = false;  // the pattern matches the path
        bool within = false; // the pattern matches a directory above the path
        bool below = false;  // the pattern may match something below the path
    };
    // Wildcards match names that begin with a dot, or leave them out.
    enum class hidden { matched, left_out };
    // Compares a path with the pattern, without looking at the file system.
    reach match(std::string_view path, hidden names) const;
    // The directory above everything that the pattern can match: its leading components without
    // wildcards, and never its last component. "." when there is none.
    std::string base() const;

    bool operator==(path_glob const&) const = default;

private:
    std::vector<std::string> components_;
};

// Splits a path into its components: "/a/./b//c" gives "", "a", "b", "c". "a/.." is removed where
// `a` is the name of a directory.
std::vector<std::string> split_path(std::string_view path);
// Tells whether a component has wildcards.
bool is_wild(std::string_view component);
// The pattern that matches this name and no other.
std::string escaped(std::string_view name);
// Tells whether every '[' of a pattern is closed within its component.
bool brackets_closed(std::string_view pattern);

} // namespace procfile
