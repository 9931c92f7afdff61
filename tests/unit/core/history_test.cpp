#include "supervisor/core/history.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/core/runs.hpp"

#include <string>

using namespace std::chrono_literals;

namespace {

struct told {
    core::history history;
    std::uint64_t next = 1;
    core::wall_time now{};

    explicit told(std::size_t per_process = 256 << 10, std::size_t total = 64 << 20)
        : history(per_process, total)
    {
    }
    void write(std::string const& process, std::string_view text, bool ours = false)
    {
        core::block_head head;
        head.seq = next;
        head.time = now;
        head.process = history.number_of(process);
        head.ours = ours;
        next = tests::write(text, head,
                            [this](auto const& h, auto const& run) { history.append(h, run); });
    }
    std::string find(std::vector<std::string> names, std::size_t lines = 300,
                     std::optional<core::wall_time> since = std::nullopt) const
    {
        return tests::shown(history.find({std::move(names), lines, since}));
    }
};

} // namespace

TEST_CASE("names select a process or all of its type", "[history]")
{
    CHECK(core::selects({}, "web.1"));
    CHECK(core::selects({"web"}, "web.1"));
    CHECK(core::selects({"web.1"}, "web.1"));
    CHECK(core::selects({"worker", "web.1"}, "web.1"));
    CHECK(core::selects({"system"}, "system"));
    CHECK_FALSE(core::selects({"web.1"}, "web.10"));
    CHECK_FALSE(core::selects({"web"}, "webby.1"));
    CHECK_FALSE(core::selects({"we"}, "web.1"));
}

TEST_CASE("lines of several processes come in the order they were written", "[history]")
{
    told t;
    t.write("web.1", "a\nb\n");
    t.write("worker.1", "c\n");
    t.write("web.2", "d\n");
    t.write("web.1", "e\nf");
    CHECK(t.find({}) == "1:a 2:b 3:c 4:d 5:e 6:f...");
    CHECK(t.find({"web"}) == "1:a 2:b 4:d 5:e 6:f...");
    CHECK(t.find({"web.1"}) == "1:a 2:b 5:e 6:f...");
    CHECK(t.find({"worker", "web.2"}) == "3:c 4:d");
    CHECK(t.find({"db"}).empty());
    CHECK(t.history.find({{}, 1, std::nullopt}).at(0).process == "web.1");
}

TEST_CASE("the newest of so many lines are given, from within a block too", "[history]")
{
    told t;
    t.write("web.1", "1\n2\n3\n4\n");
    t.write("web.2", "5\n");
    t.write("web.1", "6\n7\n");
    CHECK(t.find({}, 1) == "7:7");
    CHECK(t.find({}, 4) == "4:4 5:5 6:6 7:7");
    CHECK(t.find({"web.1"}, 3) == "4:4 6:6 7:7");
    CHECK(t.find({}, 0).empty());
}

TEST_CASE("lines since a time are given", "[history]")
{
    told t;
    t.write("web.1", "old\n");
    t.now += 10s;
    t.write("web.1", "new\n");
    CHECK(t.find({}, 300, core::wall_time{} + 10s) == "2:new");
    CHECK(t.find({}, 300, core::wall_time{} + 11s).empty());
    CHECK(t.find({}, 300, core::wall_time{}) == "1:old 2:new");
}

TEST_CASE("each process keeps its own bound, and its lines stay when others flood", "[history]")
{
    told t(16 << 10);
    t.write("quiet.1", "hello\n");
    for (int i = 0; i < 3000; ++i)
        t.write("loud.1", std::string(79, 'x') + "\n");
    CHECK(t.find({"quiet"}) == "1:hello");
    CHECK(t.history.memory() <= (16 << 10) + 512);
    CHECK(t.history.find({{"loud"}, 10'000, std::nullopt}).size() > 100);
}

TEST_CASE("all together keep the total bound, the oldest lines go first", "[history]")
{
    told t(256 << 10, 64 << 10);
    t.write("first.1", "the very first\n");
    for (int i = 0; i < 100; ++i)
        for (int p = 0; p < 20; ++p) {
            t.write("p." + std::to_string(p), std::string(99, 'x') + "\n");
            REQUIRE(t.history.memory() <= (64 << 10));
        }
    CHECK(t.find({"first"}).empty());
    auto const left = t.history.find({{}, 10'000, std::nullopt});
    REQUIRE(!left.empty());
    CHECK(left.back().seq == t.next - 1);
    CHECK(left.size() > 150);
}

TEST_CASE("the last lines of an incarnation leave out procd's words and what was before",
          "[history]")
{
    told t;
    t.write("web.1", "before\n");
    auto const from = t.next;
    t.write("web.1", "started with pid 1\n", true);
    t.write("web.1", "one\ntwo\nthr");
    t.write("web.2", "other\n");
    t.write("web.1", "ee\nfour\n");
    t.write("web.1", "exited with code 1\n", true);
    auto const number = t.history.number_of("web.1");
    using lines = std::vector<std::string>;
    CHECK(t.history.last_lines(number, from, 10) == lines{"one", "two", "three", "four"});
    CHECK(t.history.last_lines(number, from, 2) == lines{"three", "four"});
    CHECK(t.history.last_lines(number, t.next, 10).empty());
}

TEST_CASE("a name keeps its number", "[history]")
{
    told t;
    auto const web = t.history.number_of("web.1");
    auto const worker = t.history.number_of("worker.1");
    CHECK(web != worker);
    CHECK(t.history.number_of("web.1") == web);
    CHECK(t.history.name_of(worker) == "worker.1");
}
