#include "supervisor/output/event_log.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/co_spawn.hpp>

#include <string>

namespace {

using procd::output::event_log;

void publish(procd::output::event_log& log, std::size_t count)
{
    for (std::size_t n = 0; n < count; ++n)
        log.publish("started", "web.1", "started with pid 7", {{"pid", 7}});
}

// Waits once, and counts the wake-up in `woken`.
boost::asio::awaitable<void> wait_once(procd::output::event_log& log,
                                       procd::output::event_log::cursor at, int& woken)
{
    co_await log.wait(at);
    ++woken;
}

} // namespace

TEST_CASE("A cursor reads on from where it is")
{
    boost::asio::io_context io;
    procd::output::event_log log(io);
    publish(log, 3);
    auto at = log.from_last(2);
    auto const first = log.take(at);
    REQUIRE(first.events.size() == 2);
    CHECK(first.events[0].seq == 2);
    CHECK(first.missed == 0);
    CHECK(log.take(at).events.empty());

    publish(log, 1);
    auto const next = log.take(at);
    REQUIRE(next.events.size() == 1);
    CHECK(next.events[0].seq == 4);
    CHECK(next.events[0].kind == "started");
    CHECK(next.events[0].data.at("pid").as_int64() == 7);
}

TEST_CASE("A cursor may be asked for more than there is, or for nothing")
{
    boost::asio::io_context io;
    procd::output::event_log log(io);
    auto at = log.from_last(10);
    CHECK(log.take(at).events.empty());
    publish(log, 3);
    auto none = log.from_last(0);
    CHECK(log.take(none).events.empty());
    CHECK(log.take(at).events.size() == 3);
}

TEST_CASE("The history is bounded, and who fell behind is told how far")
{
    boost::asio::io_context io;
    procd::output::event_log log(io);
    auto at = log.from_last(0);
    publish(log, procd::output::event_log::kept + 25);
    auto batch = log.take(at);
    CHECK(batch.missed == 25);
    REQUIRE_FALSE(batch.events.empty());
    CHECK(batch.events.front().seq == 26);

    std::size_t seen = batch.events.size();
    while (!(batch = log.take(at)).events.empty()) {
        CHECK(batch.missed == 0);
        seen += batch.events.size();
    }
    CHECK(seen == procd::output::event_log::kept);
}

TEST_CASE("Who waits is woken by an event, and by the end")
{
    boost::asio::io_context io;
    procd::output::event_log log(io);
    int woken = 0;
    auto const rethrow = [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    };
    boost::asio::co_spawn(io, wait_once(log, log.from_last(0), woken), rethrow);
    boost::asio::co_spawn(io, wait_once(log, {5}, woken), rethrow);
    io.poll();
    CHECK(woken == 0);
    publish(log, 1);
    io.restart();
    io.poll();
    CHECK(woken == 1);

    log.close();
    CHECK(log.closed());
    io.restart();
    io.poll();
    CHECK(woken == 2);
    publish(log, 1);
    auto at = log.from_last(10);
    CHECK(log.take(at).events.size() == 1);
}

TEST_CASE("the last events of some names are found, oldest first")
{
    boost::asio::io_context io;
    event_log log(io);
    CHECK(log.last_of({"web.1"}, 10).empty());
    log.publish("started", "web.1", "one");
    log.publish("started", "web.10", "another process");
    log.publish("scaled", "web", "two");
    log.publish("shutdown", "", "of nobody");
    log.publish("ready", "web.1", "three");
    auto const all = log.last_of({"web.1", "web"}, 10);
    REQUIRE(all.size() == 3);
    CHECK(all[0].message == "one");
    CHECK(all[1].message == "two");
    CHECK(all[2].message == "three");
    auto const last = log.last_of({"web.1", "web"}, 2);
    REQUIRE(last.size() == 2);
    CHECK(last[0].message == "two");
    CHECK(log.last_of({"web.1"}, 0).empty());
}
