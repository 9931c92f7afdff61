// The hub inside: where the ways of a line part.
#pragma once

#include "supervisor/core/history.hpp"
#include "supervisor/daemon/log_files.hpp"
#include "supervisor/daemon/output_hub.hpp"
#include "supervisor/daemon/output_reader.hpp"
#include "supervisor/daemon/output_source.hpp"
#include "supervisor/daemon/terminal_output.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace procd {

struct output_hub::impl : std::enable_shared_from_this<output_hub::impl> {
    impl(boost::asio::io_context& context, output_options const& options);

    void start(output_options const& options); // what needs weak_from_this
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
    std::shared_ptr<terminal_output> terminal;
    std::optional<log_files> files;
    std::shared_ptr<source> system;
    std::vector<std::shared_ptr<source>> sources; // by their number in the history
    std::vector<std::shared_ptr<reader>> readers;
    std::vector<std::shared_ptr<reader>> at_end; // kept open since ends_soon
    std::vector<std::weak_ptr<follower>> followers;
    std::uint64_t seq = 0; // of the last record

    core::line_ends ends; // of the framers
    boost::asio::steady_timer quiet_timer;
    bool quiet_armed = false;
    std::vector<std::shared_ptr<reader>> unfinished; // they have the start of a line
    bool stopped = false;
    bool ends_soon = false;

private:
    std::unique_ptr<char[]> room_;
};

} // namespace procd
