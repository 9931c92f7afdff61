// Watches files for changes. Events tell which directories to read again, core::watched_tree tells
// which files have changed, and one report tells all changes once they have settled.
#pragma once

#include "supervisor/core/watched_tree.hpp"
#include "supervisor/os/file_watcher.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace procd::app {

class watcher {
public:
    using clock = std::chrono::steady_clock;
    // Changes have settled when nothing has happened for `quiet`, or when they have gone on for
    // `longest`.
    static constexpr std::chrono::milliseconds quiet{100}, longest{5000};

    // One set of patterns to watch, and the name that the report gives it.
    struct subject {
        std::string name;
        procfile::watch_patterns patterns;
        bool operator==(subject const&) const = default;
    };
    // The changes of one subject.
    struct finding {
        std::string name;         // of the subject
        std::string path;         // the first changed file by name
        std::size_t files = 0;    // how many files have changed
        clock::time_point last{}; // when the last change was heard of
    };
    using report = std::function<void(std::vector<finding> const&)>;

    // `own` are the directories in which procd itself writes. They are never watched, by whatever
    // path they are reached. `complain` receives messages for the user.
    watcher(boost::asio::io_context& io, std::vector<std::string> own, report changed,
            std::function<void(std::string_view)> complain);

    // Replaces the subjects that are watched; paths are below `root`. Changes of the former
    // subjects are reported first. Without a subject no watch is open, and nothing wakes procd up.
    void watch(std::string root, std::vector<subject> subjects);
    // Closes all watches and forgets changes that were not reported.
    void stop();
    // True when at least one directory could be watched.
    bool watching() const { return any_watched_; }

private:
    void open();
    void wait();
    void drain();
    void happened(std::string const& directory, std::string const& name, bool renamed);
    void note_activity();
    void wait_until(clock::time_point at);
    void read_soon(std::set<std::string> directories);
    void read_some(std::uint64_t of);
    void read(std::string const& directory);
    void enter(std::string const& directory);
    void all_read();
    void take_up();
    void report_changes();
    bool is_own(std::string const& directory) const;
    void refuse(std::string const& directory, os::error_code why);
    std::string real(std::string const& path) const;

    boost::asio::io_context& io_;
    std::vector<std::string> own_;
    report changed_;
    std::function<void(std::string_view)> complain_;

    std::string root_;
    std::vector<subject> subjects_;
    std::optional<core::watched_tree> tree_;
    std::optional<os::file_watcher> events_;
    std::optional<boost::asio::posix::stream_descriptor> readable_; // a copy of events_' descriptor
    boost::asio::steady_timer settling_;
    std::uint64_t epoch_ = 0; // grows with each stop(): handlers of an older epoch do nothing

    std::set<std::string> touched_;                    // directories to read once all is quiet
    std::set<std::string> unread_;                     // directories to read now
    std::set<std::string> replaced_;                   // directories to watch anew before
    std::map<std::string, clock::time_point> last_of_; // a path -> when an event named it last
    std::size_t events_seen_ = 0;                      // in one call of drain()
    clock::time_point first_{}, last_{};
    bool settling_now_ = false; // the timer runs
    bool reading_ = false, settled_ = false, refused_ = false, any_watched_ = false,
         flooded_ = false;
};

} // namespace procd::app
