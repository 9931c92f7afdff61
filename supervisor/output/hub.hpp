// Every line of every process on its way out: framed once, then to the terminal, the log files, the
// history and the followers.
#pragma once

#include "supervisor/core/log_line.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "supervisor/output/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procd::output {

struct options {
    int terminal_fd = 1; // procd's stdout
    bool color = false;
    bool json = false; // --log-format json
    bool timestamps = true;
    level shown = level::info;                // of procd's own messages
    std::size_t name_width = 6;               // padding of the prefix: the widest name
    std::optional<std::string> log_directory; // one rotated file per process
    std::uint64_t log_max_size = 10ull << 20;
    int log_keep = 5;
    std::uint64_t log_total = 1ull << 30;
    std::size_t history_per_process = 256 << 10;
    std::size_t history_total = 64u << 20;
};

class follower;
class hub_core;
class reader;
class source;

// Which records of the history. Oldest first.
struct query {
    // Names ("web.1") or types ("web"); empty: all, the lines of "system" included.
    std::vector<std::string> processes;
    std::size_t lines = 300;
    std::optional<core::wall_time> since;
};

// What a follower is given at once; none: the hub is closed.
struct batch {
    std::vector<core::log_record> records;
    std::uint64_t missed = 0; // records that were dropped before these
};

class hub {
public:
    hub(boost::asio::io_context& io, options const& options);
    ~hub();

    // One process's place in the output; lives across its restarts. `color` is the type's position.
    std::shared_ptr<source> open(std::string process, int color);

    // Reads `fd` (a pipe or a pty's master, non-blocking) to its end, through one buffer shared by
    // all, as long as stdout takes it; a line left unfinished is shown after 200 ms of quiet.
    // `closed` is called once, when the end was reached or close() was called; never from inside
    // attach() or close().
    std::shared_ptr<reader> attach(os::unique_fd fd, std::shared_ptr<source> to,
                                   std::function<void()> closed);
    // Reads what is there without waiting, at most 1 MiB, shows the tail and closes the descriptor
    // (the drain deadline has passed).
    void close(reader& r);

    // procd's own words: under a process's name ("started with pid 4711"), or under "system". Never
    // blocks.
    void message(source& about, std::string_view text, level l = level::info);
    void system(std::string_view text, level l = level::info);
    // A decision of a room with its reason, as "ROOM: TEXT" under "system". Ask whether it is shown
    // before the text is made.
    bool shows_decisions() const;
    void decision(std::string_view room, std::string_view text);
    // A longer name needs wider padding from now on (scale to web.10).
    void widen(std::size_t name_width);

    std::vector<core::log_record> history(query const& q) const;
    // The last whole lines of one process since a sequence number (those of its last incarnation):
    // for ps:describe.
    std::vector<std::string> last_lines(source const& of, std::size_t lines) const;

    // A follower gets every record after the history it was opened with, without gap or duplicate.
    // At most 1 MiB waits for it; what goes past that is dropped and it is told how many records it
    // missed.
    struct followed {
        std::vector<core::log_record> backlog;
        std::shared_ptr<follower> from_now;
    };
    followed follow(query const& q);
    // The next records, at least one; none when the hub is closed.
    static boost::asio::awaitable<batch> next(std::shared_ptr<follower> f);

    std::uint64_t lines_seen() const;
    std::uint64_t lines_dropped() const;

    void reopen_files(); // USR1
    // At the end: everything undelivered gets until the deadline, then it is dropped and counted;
    // closes followers and files.
    boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);
    // Reads and says nothing more; what the terminal does not take at once is lost.
    void stop();

private:
    std::shared_ptr<hub_core> core_;
};

} // namespace procd::output
