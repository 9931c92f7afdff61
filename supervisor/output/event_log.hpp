// The events that `procctl events` shows: a bounded history, from which followers read on.
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

// A fact of an event, for programs: a name, and a number or a text.
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

    // Adds an event and wakes the followers. `process` is "web.1", a type, or empty; `message` is
    // for people. After close() the call has no effect.
    void publish(std::string kind, std::string process, std::string message,
                 std::vector<event_fact> facts = {});

    // A place in the sequence of events. A cursor owns nothing, so a follower that does not read
    // costs nothing. The history keeps the newest events only: a follower that reads too late is
    // told how many events it missed.
    struct cursor {
        std::uint64_t next_seq = 1;
    };
    // The place that is followed by the last `backlog` events of the history.
    cursor from_last(std::size_t backlog) const;

    struct batch {
        std::vector<core::api::event> events;
        std::uint64_t missed = 0; // events that left the history before they were read
    };
    // Returns the next events after `at`, at most 100, and moves `at` past them.
    batch take(cursor& at) const;
    // The last events whose `process` is one of these names, oldest first.
    std::vector<core::api::event> last_of(std::vector<std::string> const& names,
                                          std::size_t most) const;
    // Suspends until there is an event after `at`, or the log is closed.
    boost::asio::awaitable<void> wait(cursor at);

    // Takes no more events and wakes every follower that waits. A follower ends once it has taken
    // the events that are there.
    void close();
    bool closed() const { return closed_; }

private:
    // Most events are never asked for, so the form for clients is made only when a client asks.
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
