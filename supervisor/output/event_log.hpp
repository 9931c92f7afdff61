// What happened, for `procctl events`: a bounded history, and followers that read on from it.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/loop/condition.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace procd::output {

// A fact of an event, for programs.
struct event_fact {
    event_fact(std::string_view literal, std::integral auto number)
        : name(literal), value(static_cast<std::int64_t>(number))
    {
    }
    event_fact(std::string_view literal, std::string_view text)
        : name(literal), value(std::string(text))
    {
    }

    std::string_view name; // lives as long as the program
    std::variant<std::int64_t, std::string> value;
};

class event_log {
public:
    static constexpr std::size_t kept = 1000;

    explicit event_log(boost::asio::io_context& io) : changed_(io) {}

    // `process` is "web.1", a type, or empty; `message` is for people.
    void publish(std::string kind, std::string process, std::string message,
                 std::vector<event_fact> facts = {});

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
    // Most are never asked for: what is made of it for a client is made then.
    struct entry {
        std::uint64_t seq;
        core::wall_time time;
        std::string kind, process, message;
        std::vector<event_fact> facts;
    };
    static core::api::event for_client(entry const& e);

    std::deque<entry> events_;
    std::uint64_t last_seq_ = 0;
    bool closed_ = false;
    loop::condition changed_;
};

} // namespace procd::output
