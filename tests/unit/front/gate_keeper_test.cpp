#include "supervisor/front/gate_keeper.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/loop.hpp"

using namespace procd::front;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

struct scene : test::loop {
    scene()
    {
        type.name = "web";
        type.hold_ms = type.queue_timeout_ms = 3'600'000;
    }
    std::shared_ptr<upstream> process(std::string name, bool in_rotation)
    {
        auto const made = std::make_shared<upstream>();
        made->facts.name = std::move(name);
        made->now.in_rotation = in_rotation;
        all.push_back(made);
        become();
        return made;
    }
    void become() { gate->become(type, all); }

    using request = std::shared_ptr<std::optional<gate_keeper::entry>>;
    request ask(bool const& cancelled)
    {
        return start(gate_keeper::enter(gate, steady::now(), &cancelled));
    }
    request ask() { return ask(nobody_cancels); }
    void end(request const& r)
    {
        std::get<in_flight>(**r).end();
        poll();
    }
    // "web.1", "waits", or the number of the refusal.
    static std::string place_of(request const& r)
    {
        if (!*r)
            return "waits";
        if (auto const* no = std::get_if<refused_for>(&**r))
            return "refused for " + std::to_string(static_cast<int>(*no));
        return std::get<in_flight>(**r)->facts.name;
    }
    static std::string refused(refused_for why)
    {
        return "refused for " + std::to_string(static_cast<int>(why));
    }

    fronted_type type;
    std::vector<std::shared_ptr<upstream>> all;
    std::vector<std::string> ended;
    bool nobody_cancels = false;
    std::shared_ptr<gate_keeper> gate =
        std::make_shared<gate_keeper>(io, [this](upstream& of) { ended.push_back(of.facts.name); });
};

} // namespace

TEST_CASE("requests go round the processes", "[gate_keeper]")
{
    scene s;
    s.process("web.1", true);
    s.process("web.2", true);
    s.process("web.3", false);
    auto const a = s.ask(), b = s.ask(), c = s.ask();
    CHECK(s.place_of(a) == "web.1");
    CHECK(s.place_of(b) == "web.2");
    CHECK(s.place_of(c) == "web.1");
    s.end(b);
    CHECK(s.ended == std::vector<std::string>{"web.2"});
    CHECK(s.place_of(s.ask()) == "web.2");
    CHECK(s.gate->waiting() == 0);
}

TEST_CASE("requests that wait are let in in the order of their arrival", "[gate_keeper]")
{
    scene s;
    s.type.concurrency = 1;
    s.process("web.1", true);
    auto const first = s.ask(), second = s.ask(), third = s.ask(), fourth = s.ask();
    CHECK(s.place_of(first) == "web.1");
    CHECK(s.place_of(second) == "waits");
    CHECK(s.gate->waiting() == 3);
    s.end(first);
    CHECK(s.place_of(second) == "web.1");
    CHECK(s.place_of(third) == "waits");
    SECTION("by a new process, too")
    {
        s.process("web.2", true);
        s.poll();
        CHECK(s.place_of(third) == "web.2");
        CHECK(s.place_of(fourth) == "waits");
        s.end(second);
        CHECK(s.place_of(fourth) == "web.1");
    }
    SECTION("all that find room at once")
    {
        s.type.concurrency = 3;
        s.become();
        s.poll();
        CHECK(s.place_of(third) == "web.1");
        CHECK(s.place_of(fourth) == "web.1");
    }
    SECTION("as soon as there is no limit")
    {
        s.type.concurrency = 0;
        s.become();
        s.poll();
        CHECK(s.gate->waiting() == 0);
    }
}

TEST_CASE("two places that become free in one turn are given to two requests", "[gate_keeper]")
{
    scene s;
    s.type.concurrency = 1;
    s.process("web.1", true);
    s.process("web.2", true);
    auto const a = s.ask(), b = s.ask(), c = s.ask(), d = s.ask();
    std::get<in_flight>(**a).end();
    std::get<in_flight>(**b).end();
    s.poll();
    CHECK(s.place_of(c) != "waits");
    CHECK(s.place_of(d) != "waits");
    CHECK(s.place_of(c) != s.place_of(d));
}

TEST_CASE("a request waits for a process to become ready", "[gate_keeper]")
{
    scene s;
    auto const web = s.process("web.1", false);
    auto const one = s.ask(), other = s.ask();
    CHECK(s.place_of(one) == "waits");
    web->now.in_rotation = true;
    s.gate->poke();
    s.poll();
    CHECK(s.place_of(one) == "web.1");
    CHECK(s.place_of(other) == "web.1");
}

TEST_CASE("a wait ends by its time", "[gate_keeper]")
{
    scene s;
    SECTION("with nothing ready")
    {
        s.type.hold_ms = 5;
        s.process("web.1", false);
        auto const r = s.ask();
        CHECK(s.until([&] { return r->has_value(); }));
        CHECK(s.place_of(r) == s.refused(refused_for::none_ready));
    }
    SECTION("in the queue, and the next one moves up")
    {
        s.type.concurrency = 1;
        s.process("web.1", true);
        auto const first = s.ask();
        s.type.queue_timeout_ms = 5;
        s.become();
        auto const second = s.ask();
        s.type.queue_timeout_ms = 3'600'000;
        CHECK(s.until([&] { return second->has_value(); }));
        CHECK(s.place_of(second) == s.refused(refused_for::queued_too_long));
        s.become();
        auto const third = s.ask();
        s.end(first);
        CHECK(s.place_of(third) == "web.1");
    }
    SECTION("when the only process has rested")
    {
        auto const web = s.process("web.1", true);
        web->now.rests_until = steady::now() + 5ms;
        auto const r = s.ask();
        CHECK(s.place_of(r) == "waits");
        CHECK(s.until([&] { return r->has_value(); }));
        CHECK(s.place_of(r) == "web.1");
    }
}

TEST_CASE("a gate that closes refuses those that wait", "[gate_keeper]")
{
    scene s;
    s.process("web.1", false);
    auto const r = s.ask();
    SECTION("for maintenance")
    {
        s.type.maintenance = true;
        s.become();
        s.poll();
        CHECK(s.place_of(r) == s.refused(refused_for::maintenance));
    }
    SECTION("because the type is scaled to 0")
    {
        s.type.wanted = false;
        s.become();
        s.poll();
        CHECK(s.place_of(r) == s.refused(refused_for::not_wanted));
    }
}

TEST_CASE("a pause holds requests until it is over", "[gate_keeper]")
{
    scene s;
    s.type.paused = true;
    s.process("web.1", true);
    auto const r = s.ask();
    CHECK(s.place_of(r) == "waits");
    s.type.paused = false;
    s.become();
    s.poll();
    CHECK(s.place_of(r) == "web.1");
}

TEST_CASE("a pause holds requests while the type is scaled to 0 and back", "[gate_keeper]")
{
    scene s;
    s.type.paused = true;
    s.type.wanted = false;
    auto const web = s.process("web.1", false);
    auto const r = s.ask();
    CHECK(s.place_of(r) == "waits");
    s.type.wanted = web->now.in_rotation = true;
    s.become();
    s.poll();
    CHECK(s.place_of(r) == "waits");
    s.type.paused = false;
    s.become();
    s.poll();
    CHECK(s.place_of(r) == "web.1");
}

TEST_CASE("a request that a pause has held has its time from then on", "[gate_keeper]")
{
    scene s;
    s.type.paused = true;
    s.type.hold_ms = s.type.queue_timeout_ms = 20'000;
    auto const web = s.process("web.1", false);
    auto const r = s.start(
        gate_keeper::enter(s.gate, steady::now() - 25s, &s.nobody_cancels)); // it came long ago
    CHECK(s.place_of(r) == "waits");
    s.type.paused = false;
    s.become();
    s.poll();
    CHECK(s.place_of(r) == "waits"); // nothing is ready yet, and the hold has only begun
    web->now.in_rotation = true;
    s.gate->poke();
    s.poll();
    CHECK(s.place_of(r) == "web.1");
    auto const late = s.start(gate_keeper::enter(s.gate, steady::now() - 25s, &s.nobody_cancels));
    CHECK(s.place_of(late) == "web.1");
}

TEST_CASE("the hold begins when the last process has left the rotation", "[gate_keeper]")
{
    scene s;
    s.type.hold_ms = 20'000;
    s.type.concurrency = 1;
    auto const web = s.process("web.1", true);
    auto const first = s.ask();
    auto const r = s.start(gate_keeper::enter(s.gate, steady::now() - 25s, &s.nobody_cancels));
    CHECK(s.place_of(r) == "waits"); // in the queue
    web->now.in_rotation = false;
    s.become();
    s.poll();
    CHECK(s.place_of(r) == "waits");
    web->now.in_rotation = true;
    s.become();
    s.end(first);
    CHECK(s.place_of(r) == "web.1");
}

TEST_CASE("a request that leaves the queue is no load any more", "[gate_keeper]")
{
    scene s;
    s.type.concurrency = 1;
    s.process("web.1", true);
    bool gone = false;
    auto const first = s.ask(), second = s.ask(gone);
    CHECK(s.gate->figures().queued == 1);
    gone = true;
    s.gate->poke();
    s.poll();
    CHECK(s.place_of(second) == s.refused(refused_for::none_ready));
    auto const before = s.gate->figures();
    auto const end = steady::now() + 20ms;
    CHECK(s.until([&] { return steady::now() >= end; }));
    auto const after = s.gate->figures();
    auto const load = (after.load_ms - before.load_ms) / (after.time_ms - before.time_ms);
    CHECK(load == Approx(1)); // the first one alone
}

TEST_CASE("a full queue refuses the next request", "[gate_keeper]")
{
    scene s;
    s.type.queue = 2;
    s.become();
    auto const a = s.ask(), b = s.ask(), c = s.ask();
    CHECK(s.place_of(b) == "waits");
    CHECK(s.place_of(c) == s.refused(refused_for::queue_full));
    CHECK(s.gate->figures().queued == 2);
}

TEST_CASE("a request that is cancelled leaves the queue, and the next one moves up",
          "[gate_keeper]")
{
    scene s;
    s.type.concurrency = 1;
    s.process("web.1", true);
    bool gone = false;
    auto const first = s.ask(), second = s.ask(gone), third = s.ask();
    gone = true;
    std::get<in_flight>(**first).end(); // wakes the second, which is gone
    s.poll();
    CHECK(s.place_of(second) == s.refused(refused_for::none_ready));
    CHECK(s.place_of(third) == "web.1");
    CHECK(s.gate->waiting() == 0);
}

TEST_CASE("figures count what is in flight, what waits and what was answered", "[gate_keeper]")
{
    scene s;
    s.type.concurrency = 2;
    s.process("web.1", true);
    auto const a = s.ask(), b = s.ask(), c = s.ask();
    s.gate->note(7ms, false);
    s.gate->note(9ms, true);
    auto const f = s.gate->figures();
    CHECK(f.type == "web");
    CHECK(f.in_flight == 2);
    CHECK(f.queued == 1);
    CHECK(f.requests == 2);
    CHECK(f.failed == 1);
    CHECK(f.p95_ms == 9);
    CHECK(s.gate->figures().requests == 2); // asking takes nothing away
}

TEST_CASE("a request in flight keeps what counts it, and waits may be left behind", "[gate_keeper]")
{
    scene s;
    s.type.concurrency = 1;
    s.process("web.1", true);
    auto const first = s.ask(), second = s.ask();
    auto let_in = std::move(std::get<in_flight>(**first));
    s.gate.reset();
    let_in.end();
    CHECK(s.ended == std::vector<std::string>{"web.1"});
    // The second waits still: the loop is destroyed with it.
}
