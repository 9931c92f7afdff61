// A client that reads the output. It reads from the history and holds nothing meanwhile. What the
// history has dropped before it was read comes from the log files, where there are any.
#pragma once

#include "supervisor/core/api_logs.hpp"
#include "supervisor/core/history_reader.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/output/hub.hpp"

#include <memory>
#include <string>

namespace procd::output {

class hub_core;

class follower {
public:
    // Until when the client wants records: up to those that are there now, or those to come, too.
    enum class until { now, closed };
    follower(std::shared_ptr<hub_core> hub, query const& q, until end);

    // A process has new records: wakes the client if it waits for those.
    void news_of(std::uint32_t process);
    // There will be no more records. The client gets those that are there, and then the end.
    void close();
    // Takes the next records that are there, about 64 KiB of them. The batch with which the past
    // ends may be empty.
    batch take();
    // Where the log files have the lines before those that take() will give.
    core::api::log_files_view files_before();
    // Tells whether no more records will come after those that take() gives now.
    bool closed() const { return closed_; }
    // Suspends until there may be more records. Look with take() first.
    boost::asio::awaitable<void> wait() { return changed_.wait(); }

private:
    void read_files(core::history_reader::gap const& part, batch& into);

    std::shared_ptr<hub_core> hub_;
    core::history_reader reader_;
    until end_;
    bool past_ended_ = false; // the client was told
    bool closed_;
    loop::condition changed_;
};

} // namespace procd::output
