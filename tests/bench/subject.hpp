// A supervisor that is being measured, procd or a baseline, with its children, in a directory of
// its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace bench {

using clock = std::chrono::steady_clock;
using milliseconds = std::chrono::duration<double, std::milli>;

// A temporary directory, in memory if there is room, so that no disk is measured. The destructor
// removes it.
class scratch_dir {
public:
    scratch_dir();
    ~scratch_dir();
    scratch_dir(scratch_dir const&) = delete;
    scratch_dir& operator=(scratch_dir const&) = delete;
    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// procd_plain: without a cgroup, as for an ordinary user.
enum class kind { procd, procd_plain, procd_restarting, prefixer, spawner, spawner_restarting };

class subject {
public:
    // Takes the types and their commands. Nothing runs yet.
    using entries = std::vector<std::pair<std::string, std::string>>;

    explicit subject(kind what);
    // Ends every process that is left, in whatever state it is.
    ~subject();
    subject(subject const&) = delete;
    subject& operator=(subject const&) = delete;

    // The types c1, c2 and so on: `count` processes that report themselves and sleep.
    entries sleepers(int count) const;
    // The FIFO on which the children report.
    std::string report_fifo() const { return file("report"); }
    std::string file(char const* name) const { return dir_.path() / name; }
    std::string output() const { return file("out"); }
    std::string socket() const { return file("s"); }

    // Writes the Procfile and starts the supervisor, with its output to a file.
    void start(entries const& types);
    // Waits for this number of reports. Returns the time of the last one.
    clock::time_point wait_for_reports(std::size_t count);
    // The newest pid of each child that has reported.
    std::map<std::string, pid_t> const& children() const { return children_; }
    pid_t pid() const { return pid_; }

    // Sends SIGTERM, and waits until the supervisor and every child that has reported are gone.
    milliseconds stop();
    // Waits until the supervisor has ended by itself. Returns its exit code.
    int wait_for_end();

private:
    [[noreturn]] void fail(std::string const& why) const;

    kind kind_;
    scratch_dir dir_;
    int report_fd_ = -1;
    pid_t pid_ = -1;
    std::string unread_;
    std::map<std::string, pid_t> children_;
};

// Starts a program with stdin from /dev/null. The given descriptors become its stdout and stderr.
pid_t spawn(std::vector<std::string> const& argv, int out, int err);

} // namespace bench
