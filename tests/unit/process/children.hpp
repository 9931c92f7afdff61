// Children of the test, with a reaper and an event loop of its own.
#pragma once

#include "supervisor/os/proc_fs.hpp"
#include "supervisor/process/reaper.hpp"
#include "tests/os/children.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace test {

struct children {
    clean_up all; // kills what a failed test leaves
    boost::asio::io_context io;
    procd::process::reaper reaper;

    // Runs the event loop and the reaper until the condition holds, for 30 s at most.
    bool until(std::function<bool()> const& holds)
    {
        return eventually([&] {
            io.restart();
            io.poll();
            reaper.reap();
            return holds();
        });
    }
    // Waits until the process is reaped.
    bool until_gone(int pid)
    {
        return until([pid] { return !os::read_stat(pid); });
    }
};

// Starts the puppet.
inline os::child launch(std::vector<std::string> arguments,
                        std::vector<std::string> environment = {})
{
    auto made = os::launch(puppet(std::move(arguments), std::move(environment)));
    REQUIRE(made);
    return std::move(*made);
}

// The state of a process in /proc: 'T' is stopped, 'Z' ended and not reaped; '-': it is gone.
inline char state_of(int pid)
{
    auto const stat = os::read_stat(pid);
    return stat ? stat->state : '-';
}

// The pid that the puppet's mode `sleep` prints.
inline int pid_of_sleeper(os::child const& from)
{
    auto const text = read_until(from.output.get(), "\n");
    REQUIRE(text.starts_with("ready "));
    return std::stoi(text.substr(6));
}

} // namespace test
