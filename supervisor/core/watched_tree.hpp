// The part of the file system that is watched, as it was read last: what a new reading of one of
// its directories means. Events only say where to read again; what has changed is what compares
// unequal, so a doubled, late or lost event does no harm.
#pragma once

#include "procfile/watch_patterns.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace core {

// Tells one content of a file from another without reading it.
struct file_stamp {
    std::int64_t modified_ns = 0;
    std::uint64_t size = 0, inode = 0;
    std::uint32_t mode = 0;
    bool operator==(file_stamp const&) const = default;
};

struct directory_entry {
    std::string name;
    bool directory = false; // itself, not a link to one
    file_stamp stamp;       // of a directory: the inode alone
};

class watched_tree {
public:
    // A subject is what wants to know: its place in the list is its name here.
    explicit watched_tree(std::vector<procfile::watch_patterns> subjects);

    struct change {
        std::size_t subject = 0;
        std::string path;
        bool operator==(change const&) const = default;
    };
    struct findings {
        std::vector<std::string> enter; // to be watched from now on, then read
        std::vector<std::string> leave; // no longer there
    };
    // What to enter first.
    std::vector<std::string> start() const;
    // The directory holds this now; absent: it is not there (any more), or is none.
    findings read(std::string const& directory, std::optional<std::vector<directory_entry>> now);
    // All is read that start() led to: a directory that is new from here on is a change with all in
    // it.
    void settle() { settled_ = true; }
    // What is different from what it was at the last call, by path; what came and went is not.
    std::vector<change> take_changes();

    // What something that happened to this name in the directory may mean ("": to anything): that
    // a file is another, or that there are other directories, which are better entered at once.
    // `renamed`: it came, went or was replaced, rather than written to.
    enum class concern { none, file, directory };
    concern concerns(std::string const& directory, std::string const& name, bool renamed) const;
    // Whether the stamp of the file is needed.
    bool covers(std::string const& path) const;
    std::set<std::string> directories() const;
    // The subjects that no file was found for.
    std::vector<std::size_t> without_files() const;

    static std::string join(std::string const& directory, std::string const& name);

private:
    struct directory {
        std::map<std::string, file_stamp> files;
        std::map<std::string, std::uint64_t> inside; // directories, with their inodes
    };
    bool enters(std::string const& path) const;
    bool known_at(std::string const& path, std::string const& name) const;
    void note(bool first, std::string const& path, std::optional<file_stamp> before);
    std::optional<file_stamp> stamp_of(std::string const& path) const;
    void forget(std::string const& path, findings& into);

    std::vector<procfile::watch_patterns> subjects_;
    std::set<std::string> bases_;
    std::map<std::string, directory> known_;
    std::map<std::string, std::optional<file_stamp>> before_; // of what has changed since
    bool settled_ = false;
};

} // namespace core
