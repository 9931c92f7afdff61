// Looks for changed files: events say where to read again, core::watched_tree what that means, and
// what has settled is reported once, however many files and events it was.
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
    // A change is settled when nothing more has happened for so long, or it has gone on so long.
    static constexpr std::chrono::milliseconds quiet{100}, longest{5000};

    struct subject {
        std::string name;
        procfile::watch_patterns what;
        bool operator==(subject const&) const = default;
    };
    struct finding {
        std::string name;      // the subject's
        std::string path;      // one of the files
        std::size_t files = 0; // how many they are
        clock::time_point last{};
    };
    using report = std::function<void(std::vector<finding> const&)>;

    // `own`: directories in which procd itself writes; they are never entered, by whatever path.
    watcher(boost::asio::io_context& io, std::vector<std::string> own, report changed,
            std::function<void(std::string_view)> complain);

    // From now on these, below this root, in place of what was watched; what has changed of that is
    // reported first. No subject: no watch is open, and nothing wakes procd up.
    void watch(std::string root, std::vector<subject> subjects);
    void stop();
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
    std::uint64_t epoch_ = 0; // of watch(): what was posted before is void

    std::set<std::string> touched_;                    // to be read once all is quiet
    std::set<std::string> unread_;                     // to be read now
    std::set<std::string> replaced_;                   // to be watched anew before
    std::map<std::string, clock::time_point> last_of_; // of files that events named
    std::size_t events_seen_ = 0;                      // in one go
    clock::time_point first_{}, last_{};
    bool settling_now_ = false; // the timer runs
    bool reading_ = false, settled_ = false, refused_ = false, any_watched_ = false,
         flooded_ = false;
};

} // namespace procd::app
