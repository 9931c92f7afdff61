// The watched part of the file system as it was read last. It finds what a new reading of a
// directory means. Events only say where to read again, and a file has changed if its stamp
// differs. So an event that is doubled, late or lost does no harm.
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

// Tells one content of a file from another without reading the file.
struct file_stamp {
    std::int64_t modified_ns = 0;
    std::uint64_t size = 0, inode = 0;
    std::uint32_t mode = 0;
    bool operator==(file_stamp const&) const = default;
};

// One entry of a directory.
struct directory_entry {
    std::string name;
    bool directory = false; // the entry is a directory itself, not a link to one
    file_stamp stamp;       // for a directory, only the inode
};

// The directories and files that some subjects want to watch.
class watched_tree {
public:
    // A subject is a process type, or whoever else wants to know of changes. Its index in the list
    // identifies it in the results.
    explicit watched_tree(std::vector<procfile::watch_patterns> subjects);

    // A changed file, and the subject that watches it.
    struct change {
        std::size_t subject = 0;
        std::string path;
        bool operator==(change const&) const = default;
    };
    // The directories that the caller has to enter or leave after a reading.
    struct findings {
        std::vector<std::string> enter; // directories to be watched from now on, and then read
        std::vector<std::string> leave; // directories that do not exist any more
    };
    // The directories to enter first.
    std::vector<std::string> start() const;
    // Takes the present content of a directory. An absent content means that it does not exist, or
    // is no directory.
    findings read(std::string const& directory, std::optional<std::vector<directory_entry>> now);
    // To be called when everything that start() led to has been read. From then on a directory that
    // is new is a change, with all files in it.
    void settle() { settled_ = true; }
    // The files that differ from what they were at the last call, by path. A file that came and
    // went in between is not among them.
    std::vector<change> take_changes();

    // The meaning of an event. `file`: a file may have changed. `directory`: there may be a new
    // directory, which is better read at once, before more happens in it. An empty name stands for
    // any name. `renamed` tells that the entry came, went or was replaced, not just written to.
    enum class concern { none, file, directory };
    concern concerns(std::string const& directory, std::string const& name, bool renamed) const;
    // Tells whether some subject watches the file, so that read() needs its stamp.
    bool covers(std::string const& path) const;
    // All directories that are being watched.
    std::set<std::string> directories() const;
    // The subjects for which no file exists.
    std::vector<std::size_t> without_files() const;

    // The path of a name in a directory. "." stands for the app's root.
    static std::string join(std::string const& directory, std::string const& name);

private:
    // A directory as it was read last.
    struct directory {
        std::map<std::string, file_stamp> files;
        std::map<std::string, std::uint64_t> inside; // the inodes of the directories in it
    };
    bool enters(std::string const& path) const;
    bool known_at(std::string const& path, std::string const& name) const;
    enum class reading { first, later };
    void note(reading at, std::string const& path, std::optional<file_stamp> before);
    std::optional<file_stamp> stamp_of(std::string const& path) const;
    void forget(std::string const& path, findings& into);

    std::vector<procfile::watch_patterns> subjects_;
    std::set<std::string> bases_;
    std::map<std::string, directory> known_;
    std::map<std::string, std::optional<file_stamp>> before_; // stamps before the first change
    bool settled_ = false;
};

} // namespace core
