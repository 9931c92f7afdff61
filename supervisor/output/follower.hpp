// Who follows the output: what waits for one of them is bounded, and the oldest of it goes first.
#pragma once

#include "supervisor/core/history.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/output/hub.hpp"

#include <memory>
#include <string>
#include <vector>

namespace procd::output {

class follower {
public:
    follower(boost::asio::io_context& io, std::vector<std::string> names)
        : names_(std::move(names)), pending_(most_pending), changed_(io)
    {
    }

    // A run that came in; kept when it is of a process it follows.
    void put(core::block_head const& head, core::line_run const& run, std::string const& process);
    void close();
    static boost::asio::awaitable<batch> next(std::shared_ptr<follower> f);

private:
    static constexpr std::size_t most_pending = 1 << 20;

    batch take();

    std::vector<std::string> names_;
    core::record_ring pending_;
    std::vector<std::string> processes_; // names by their number in the history, as far as needed
    std::uint64_t missed_ = 0;
    bool closed_ = false;
    loop::condition changed_;
};

} // namespace procd::output
