// What happened, for `procctl events`: a bounded history, and followers that read on from it.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/daemon/condition.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace procd {

class event_log {
public:
    static constexpr std::size_t kept = 1000;

    explicit event_log(boost::asio::io_context& io) : changed_(io) {}

    // `process` is "web.1", a type, or empty; `message` is for people, `data` for programs.
    void publish(std::string kind, std::string process, std::string message,
                 boost::json::object data = {});

    // A place in the sequence of events: it owns nothing, so a follower that does not read costs
    // nothing; what it has not read when the history moves on, it is told it missed.
    struct cursor {
        std::uint64_t next_seq = 1;
    };
    // The place that has the last `backlog` events before it.
    cursor from_last(std::size_t backlog) const;

    struct batch {
        std::vector<core::api::event> events;
        std::uint64_t missed = 0;
    };
    // What is there beyond `at`, which moves past it; at most 100 events.
    batch take(cursor& at) const;
    // Suspends until there is something beyond `at`, or the log is closed.
    boost::asio::awaitable<void> wait(cursor at);

    // No more events; who waits is woken. Followers end once they have taken what is there.
    void close();
    bool closed() const { return closed_; }

private:
    std::deque<core::api::event> events_;
    std::uint64_t last_seq_ = 0;
    bool closed_ = false;
    condition changed_;
};

} // namespace procd
