#include "supervisor/core/start_settings.hpp"
#include "tests/fixtures/catch.hpp"

using core::left_to_next_start;
using core::start_settings;
using procfile::port_plan;

namespace {

using lines = std::vector<std::string>;

start_settings started()
{
    return {"shop", "log", 5000, {"web", "worker", "clock"}};
}

// The changes that are left to the next start of procd, when only the start has given ports.
lines left(start_settings const& read)
{
    auto const running = started();
    return left_to_next_start(running, read, port_plan(running.base_port, running.port_order));
}

} // namespace

TEST_CASE("settings as they were at the start leave nothing to the next one", "[start_settings]")
{
    CHECK(left(started()).empty());
}

TEST_CASE("a name, a log directory and a base port wait for the next start", "[start_settings]")
{
    auto read = started();
    read.name = "store";
    CHECK(left(read) == lines{"[app] name: restart procd to call the app 'store'; until then it is "
                              "'shop'"});
    read = started();
    read.log_directory.reset();
    CHECK(left(read) == lines{"[logs] directory: restart procd to have the log files there"});
    read = started();
    read.base_port = 6000;
    CHECK(left(read) ==
          lines{"PORT: restart procd to have 6000 as the base port; until then it is 5000",
                "a restart of procd moves the ports of web from 5000 to 6000, worker from 5100 to "
                "6100, clock from 5200 to 6200"});
}

TEST_CASE("types that stand elsewhere have other ports after a start", "[start_settings]")
{
    auto read = started();
    read.port_order = {"worker", "web", "clock"};
    CHECK(left(read) == lines{"a restart of procd moves the ports of worker from 5100 to 5000, web "
                              "from 5000 to 5100"});
    read.port_order = {"worker", "clock"}; // web is gone
    CHECK(left(read) == lines{"a restart of procd moves the ports of worker from 5100 to 5000, "
                              "clock from 5200 to 5100"});
    read.port_order = {"web", "worker", "clock", "extra"};
    CHECK(left(read).empty());
    read.port_order = {"extra", "web", "worker", "clock"}; // it has the fourth block until then
    CHECK(left(read) == lines{"a restart of procd moves the ports of extra from 5300 to 5000, web "
                              "from 5000 to 5100, worker from 5100 to 5200, clock from 5200 to "
                              "5300"});
    read.port_order = {"web", "worker"}; // nothing stands behind the type that is gone
    CHECK(left(read).empty());
}

TEST_CASE("ports that a start would take away are named, and long lists are cut",
          "[start_settings]")
{
    auto read = started();
    read.base_port = 65'500;
    CHECK(left(read).back() == "a restart of procd moves the ports of web from 5000 to 65500, "
                               "worker from 5100 to none, clock from 5200 to none");
    start_settings many = started(), turned = started();
    many.port_order.clear();
    for (int i = 0; i < 20; ++i)
        many.port_order.push_back("t" + std::to_string(i));
    turned.port_order.assign(many.port_order.rbegin(), many.port_order.rend());
    auto const notes = left_to_next_start(many, turned, port_plan(5000, many.port_order));
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].ends_with(" and 12 more"));
}
