#include "procfile/port.hpp"
#include "tests/fixtures/catch.hpp"

#include <set>

using namespace procfile;

TEST_CASE("a port is base, plus 100 a type, plus one a process", "[port]")
{
    port_plan plan{5000, {"web", "worker", "clock"}};
    CHECK(plan.base() == 5000);
    CHECK(plan.port("web", 1) == 5000);
    CHECK(plan.port("web", 100) == 5099);
    CHECK(plan.port("worker", 1) == 5100);
    CHECK(plan.port("clock", 3) == 5202);
    CHECK(plan.first_port("clock") == 5200);
}

TEST_CASE("unknown types and instances have no port", "[port]")
{
    port_plan plan{5000, {"web"}};
    CHECK(plan.port("db", 1) == std::nullopt);
    CHECK(plan.first_port("db") == std::nullopt);
    CHECK(plan.port("web", 0) == std::nullopt);
    CHECK(plan.port("web", -1) == std::nullopt);
    CHECK(port_plan{}.port("web", 1) == std::nullopt);
}

TEST_CASE("a type added later takes the next block, one known keeps its own", "[port]")
{
    port_plan plan{3000, {"web", "worker"}};
    plan.add_type("web");
    plan.add_type("clock");
    CHECK(plan.port("web", 1) == 3000);
    CHECK(plan.port("clock", 1) == 3200);
}

TEST_CASE("past 100 processes the ports are above all blocks and stay", "[port]")
{
    port_plan plan{5000, {"web", "worker"}};
    CHECK(plan.port("web", 101) == 5200);
    CHECK(plan.port("worker", 101) == 5201);
    CHECK(plan.port("web", 102) == 5202);
    CHECK(plan.port("web", 101) == 5200);
    plan.add_type("clock"); // a part of 5200 to 5299 is taken
    CHECK(plan.port("clock", 1) == 5300);
    CHECK(plan.port("web", 103) == 5400);
    CHECK(plan.port("web", 102) == 5202);
}

TEST_CASE("no port is past 65535", "[port]")
{
    port_plan plan{65'450, {"web", "worker"}};
    CHECK(plan.port("web", 86) == 65'535);
    CHECK(plan.port("web", 87) == std::nullopt);
    CHECK(plan.port("web", 101) == std::nullopt);
    CHECK(plan.port("worker", 1) == std::nullopt);
    CHECK(plan.first_port("worker") == std::nullopt);
    port_plan last{65'535, {"web", "worker", "clock"}};
    CHECK(last.port("web", 1) == 65'535);
    CHECK(last.port("clock", 1) == std::nullopt);
}

TEST_CASE("no two processes share a port, whatever the order of asking", "[port]")
{
    port_plan plan{5000, {"a", "b"}};
    std::set<int> seen;
    std::size_t asked = 0;
    auto const ask = [&](std::string const& type, int from, int to) {
        for (int n = from; n <= to; ++n) {
            seen.insert(plan.port(type, n).value());
            ++asked;
        }
    };
    ask("b", 50, 150);
    ask("a", 1, 250);
    plan.add_type("c");
    ask("c", 90, 120);
    plan.add_type("d");
    ask("d", 1, 100);
    ask("b", 1, 49);
    CHECK(seen.size() == asked);
}
