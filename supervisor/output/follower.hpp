// A client that follows the output. The queue of records that wait for it is bounded: when it is
// full, the oldest records are dropped and counted.
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

    // Queues a run of lines, if the client follows that process.
    void put(core::block_head const& head, core::line_run const& run, std::string const& process);
    // Takes no more lines and wakes the client.
    void close();
    // Suspends until records wait, and returns some of them; none once the follower is closed and
    // its queue is empty.
    static boost::asio::awaitable<batch> next(std::shared_ptr<follower> f);

private:
    static constexpr std::size_t most_pending = 1 << 20; // bytes

    batch take();

    std::vector<std::string> names_;
    core::record_ring pending_;
    std::vector<std::string> processes_; // names of the processes followed, by history number
    std::uint64_t missed_ = 0;
    bool closed_ = false;
    loop::condition changed_;
};

} // namespace procd::output
