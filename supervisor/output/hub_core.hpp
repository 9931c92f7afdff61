// The inside of the hub: passes each line on to the terminal, the log files, the history and the
// followers.
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

    void start(options const& options); // what needs weak_from_this
    void stop();

    // Every line of every process comes by here.
    void pass(source& from, core::line_run const& run, core::wall_time now, bool ours);
    void say(source& about, std::string_view text); // procd's own words
    void end_line(source const& of);

    // A reader has the start of a line: it is to be shown once it is quiet.
    void watch_quiet(std::shared_ptr<reader> const& r);
    void look_for_quiet();
    void arm_quiet(reader::time_point when);
    void forget(reader const& r);
    void stdout_ready();

    // Room for one read, shared by all readers: a quiet process has none of its own.
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
    std::uint64_t seq = 0; // of the last record

    core::line_ends ends; // of the framers
    boost::asio::steady_timer quiet_timer;
    bool quiet_armed = false;
    std::vector<std::shared_ptr<reader>> unfinished; // they have the start of a line
    bool stopped = false;

private:
    std::unique_ptr<char[]> room_;
};

} // namespace procd::output
