// The way of every line from a process to its readers: each line is framed once, and then goes to
// the terminal, the log files, the history and the followers.
#pragma once

#include "supervisor/core/log_line.hpp"
#include "supervisor/os/log_file.hpp"
#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "supervisor/output/log.hpp"
#include "supervisor/output/log_files.hpp"

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
    bool json = false;    // --log-format json
    bool journal = false; // stdout leads to systemd's journal
    bool timestamps = true;
    level shown = level::info;                  // of procd's own messages
    std::size_t name_width = 6;                 // the prefix is padded to the widest name
    std::optional<os::log_place> log_directory; // absent: no log files
    output::log_limits log_limits;
    std::size_t history_per_process = 1 << 20; // bytes
    std::size_t history_total = 64u << 20;     // bytes
};

class follower;
class hub_core;
class reader;
class source;

// Selects records of the history; the answer has the oldest first.
struct query {
    // Names ("web.1") or types ("web"). Empty: all processes, and the lines of "system".
    std::vector<std::string> processes;
    std::size_t lines = 300; // the last so many
    std::optional<core::wall_time> since;
};

// The records that a follower gets at once, about 64 KiB.
struct batch {
    std::vector<core::log_record> records;
    std::uint64_t missed = 0; // lines that were lost before these
    // All records that were there when the client came are among these and those before.
    bool past_ended = false;
};

// The calls of a reader to the owner of the process.
struct reader_calls {
    // Called once, after the end was reached or close() was called, and never from inside attach()
    // or close().
    std::function<void()> closed;
    // Asked when an unfinished line has stood still for 500 ms: whether the process waits for
    // input.
    std::function<bool()> waits_for_input = {};
};

class hub {
public:
    hub(boost::asio::io_context& io, options const& options);
    ~hub();

    // The place of one process in the output; it outlives restarts of the process. `color` is the
    // position of the type in the Procfile.
    std::shared_ptr<source> open(std::string process, int color);

    // Reads `fd` (a pipe or the master of a pty, non-blocking) to its end. The reader pauses while
    // stdout is stalled. An unfinished line is shown after 200 ms of quiet. On a pty the reader
    // answers the questions that programs ask their terminal. The error says why the event loop
    // cannot wait for the descriptor; it is closed then.
    os::result<std::shared_ptr<reader>> attach(os::unique_fd fd, std::shared_ptr<source> to,
                                               reader_calls calls);
    // Ends a reader whose drain deadline has passed: reads the bytes that are there without
    // waiting, at most 1 MiB, shows an unfinished line, and closes the descriptor.
    void close(reader& r);

    // Writes a message of procd under the name of a process ("started with pid 4711"). Never
    // blocks.
    void message(source& about, std::string_view text, level l = level::info);
    // Writes a message of procd under the name "system". Never blocks.
    void system(std::string_view text, level l = level::info);
    // Writes under "system", as "ROOM: TEXT", what the code in that room of ARCHITECTURE.md has
    // decided, and why ("process: web.1: starts: it is wanted, ..."). It is shown at --log-level
    // debug. Ask whether decisions are shown before the text is made.
    bool shows_decisions() const;
    void decision(std::string_view room, std::string_view text);
    // Pads the prefix to at least `name_width` from now on (a scale has made web.10).
    void widen(std::size_t name_width);
    // How many columns of procd's terminal the prefix takes; 0 where stdout is no terminal.
    std::size_t prefix_columns() const;

    // The records of the history that the query selects.
    std::vector<core::log_record> history(query const& q) const;
    // The last whole lines of the last incarnation of a process, for ps:describe.
    std::vector<std::string> last_lines(source const& of, std::size_t lines) const;

    // A client that gets the records of the query, and every later record after them, without gap
    // or duplicate. Nothing is kept for it: it reads the history in steps. When it is so slow that
    // the history drops what it has not read, it gets that from the log files, and is told how many
    // lines no file has either.
    std::shared_ptr<follower> follow(query const& q);
    // The same without the later records.
    std::shared_ptr<follower> read(query const& q);

    // How many lines passed through the hub so far.
    std::uint64_t lines_seen() const;
    // How many lines the terminal and the log files have lost.
    std::uint64_t lines_dropped() const;

    // From now on these limits hold for the log files.
    void limit_files(log_limits limits);
    // Opens the log files anew (USR1: somebody has moved them away).
    void reopen_files();
    // Delivers the remaining lines until the deadline, drops and counts the rest, and closes the
    // followers and the log files.
    boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);
    // Stops all readers and writers. Lines that the terminal does not take at once are lost.
    void stop();

private:
    std::shared_ptr<hub_core> core_;
};

} // namespace procd::output
