#include "supervisor/loop/agenda.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

using procd::loop::agenda;
using clock_type = std::chrono::steady_clock;
using deadline = std::optional<procd::loop::agenda::time_point>;

TEST_CASE("an item looks once for many calls, from the event loop, in the order of the first calls",
          "[agenda]")
{
    boost::asio::io_context io;
    procd::loop::agenda looks{io};
    std::string seen;
    auto const says = [&](char name) {
        return [&seen, name]() -> deadline {
            seen += name;
            return std::nullopt;
        };
    };
    procd::loop::agenda::item a{looks, says('a')}, b{looks, says('b')}, c{looks, says('c')};
    b.soon();
    a.soon();
    b.soon();
    CHECK(seen.empty());
    io.run(); // returns: an idle agenda has no timer
    CHECK(seen == "ba");
}

TEST_CASE("a call while an item looks makes it look again, after the others", "[agenda]")
{
    boost::asio::io_context io;
    procd::loop::agenda looks{io};
    std::string seen;
    procd::loop::agenda::item* again = nullptr;
    procd::loop::agenda::item a{looks, [&]() -> deadline {
                                    seen += 'a';
                                    if (seen.size() < 3)
                                        again->soon();
                                    return std::nullopt;
                                }};
    procd::loop::agenda::item b{looks, [&]() -> deadline {
                                    seen += 'b';
                                    return std::nullopt;
                                }};
    again = &a;
    a.soon();
    b.soon();
    io.run();
    CHECK(seen == "aba");
}

TEST_CASE("an item looks again at its deadline, the earliest first", "[agenda]")
{
    boost::asio::io_context io;
    procd::loop::agenda looks{io};
    std::string seen;
    auto const start = clock_type::now();
    auto const late = start + std::chrono::milliseconds(20);
    auto const early = start + std::chrono::milliseconds(10);
    bool on_time = true;
    auto const looks_until = [&](char name, procd::loop::agenda::time_point when) {
        return [&seen, &on_time, name, when]() -> deadline {
            bool const first = seen.find(name) == std::string::npos;
            seen += name;
            on_time = on_time && (first || clock_type::now() >= when);
            return first ? deadline(when) : std::nullopt;
        };
    };
    procd::loop::agenda::item a{looks, looks_until('a', late)}, b{looks, looks_until('b', early)};
    a.soon();
    b.soon();
    io.run();
    CHECK(seen == "abba");
    CHECK(on_time);
}

TEST_CASE("a look without a deadline takes back the one before", "[agenda]")
{
    boost::asio::io_context io;
    procd::loop::agenda looks{io};
    int count = 0;
    procd::loop::agenda::item a{looks, [&]() -> deadline {
                                    ++count;
                                    return count == 1
                                               ? deadline(clock_type::now() + std::chrono::hours(1))
                                               : std::nullopt;
                                }};
    a.soon();
    io.poll();
    CHECK(count == 1);
    a.soon();
    io.run(); // would wait for an hour
    CHECK(count == 2);
}

TEST_CASE("an item that is gone is not looked at, whatever it had asked for", "[agenda]")
{
    boost::asio::io_context io;
    procd::loop::agenda looks{io};
    int count = 0;
    auto const counts = [&]() -> deadline {
        ++count;
        return clock_type::now() + std::chrono::hours(1);
    };
    auto queued = std::make_unique<procd::loop::agenda::item>(looks, counts);
    auto waiting = std::make_unique<procd::loop::agenda::item>(looks, counts);
    auto same_turn = std::make_unique<procd::loop::agenda::item>(looks, counts);
    procd::loop::agenda::item killer{looks, [&]() -> deadline {
                                         same_turn.reset();
                                         return std::nullopt;
                                     }};
    waiting->soon();
    io.poll();
    CHECK(count == 1);
    queued->soon();
    queued.reset();
    waiting.reset();
    killer.soon();
    same_turn->soon();
    io.restart();
    io.run();
    CHECK(count == 1);
}
