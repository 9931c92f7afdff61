// The implementation of the hub: passes each line on to the terminal, the log files, the history
// and the followers.
#pragma once

#include "supervisor/core/history.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/output/log.hpp"
#include "supervisor/output/log_files.hpp"
#include "supervisor/output/reader.hpp"
#include "supervisor/output/source.hpp"
#include "supervisor/output/terminal.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace procd::output {

class follower;

class hub_core : public std::enable_shared_from_this<hub_core> {
public:
    hub_core(boost::asio::io_context& context, options const& options);

    // The second part of construction, which needs weak_from_this().
    void start(options const& options);
    // Stops the readers, closes the followers and writes to the terminal what it takes at once.
    void stop();

    // Passes on a run of lines; every line of every process takes this way. `weight` is the level
    // of a message of procd.
    void pass(source& from, core::line_run const& run, core::wall_time now, core::author by,
              level weight = level::info);
    // Passes on a message of procd.
    void say(source& about, level weight, std::string_view text);
    // The output of a process has ended: an unfinished line gets its newline.
    void end_line(source const& of);

    // Adds a reader that holds the start of a line, which is shown once the process is quiet.
    void watch_quiet(std::shared_ptr<reader> const& r);
    // Shows the unfinished lines that are due, and sets the timer for the others.
    void look_for_quiet();
    void arm_quiet(reader::time_point when);
    // Takes a reader off both lists.
    void forget(reader const& r);
    // stdout takes bytes again after a stall: all readers go on.
    void stdout_ready();

    // The buffer for one read. All readers share it, so a quiet process costs no buffer.
    static constexpr std::size_t read_size = std::size_t{64} * 1024;
    std::span<char> read_room();

    boost::asio::io_context& io;
    core::history history;
    log own; // procd's own messages
    std::shared_ptr<terminal> to_terminal;
    std::optional<log_files> files;
    std::shared_ptr<source> system;
    std::vector<std::shared_ptr<source>> sources; // by their number in the history
    std::vector<std::shared_ptr<reader>> readers;
    std::vector<std::weak_ptr<follower>> followers;
    std::uint64_t seq = 0; // the number of the last record

    core::line_ends ends; // the line ends that a framer found, shared by all readers
    boost::asio::steady_timer quiet_timer;
    bool quiet_armed = false;
    std::vector<std::shared_ptr<reader>> unfinished; // readers that hold the start of a line
    bool stopped = false;

private:
    std::unique_ptr<char[]> room_;
};

} // namespace procd::output
