#include "supervisor/front/admission.hpp"
#include "tests/fixtures/catch.hpp"

#include <vector>

using namespace procd::front;
using namespace std::chrono_literals;

template <>
struct Catch::StringMaker<admission> {
    static std::string convert(admission const& a)
    {
        if (auto const* to = std::get_if<go>(&a))
            return "go{" + std::to_string(to->to) + '}';
        if (auto const* wait = std::get_if<wait_at_gate>(&a))
            return "wait until " + std::to_string(wait->until.time_since_epoch() / 1ms) + " ms";
        return "refused_for " + std::to_string(static_cast<int>(std::get<refused_for>(a)));
    }
};

namespace {

constexpr time_point start{1000s};

load in(int in_flight = 0, std::uint64_t last_used = 0)
{
    return {true, in_flight, last_used, std::nullopt};
}

load out()
{
    return {false, 0, 0, std::nullopt};
}

load resting(time_point until, int in_flight = 0)
{
    return {true, in_flight, 0, until};
}

std::optional<std::size_t> chosen(std::vector<load> const& all, int concurrency = 0)
{
    return choose(all, concurrency, start);
}

admission admitted(gate const& g, std::vector<load> const& all, arrival const& request,
                   std::chrono::milliseconds later = 0ms)
{
    return admit(g, all, request, start + later);
}

} // namespace

TEST_CASE("the process with the fewest requests is chosen", "[admission]")
{
    CHECK(chosen({}) == std::nullopt);
    CHECK(chosen({in()}) == 0U);
    CHECK(chosen({in(3), in(1), in(2)}) == 1U);
    CHECK(chosen({out(), in(100)}) == 1U);
    CHECK(chosen({out(), out()}) == std::nullopt);
}

TEST_CASE("of equally loaded processes the one used least recently is chosen", "[admission]")
{
    CHECK(chosen({in(1, 7), in(1, 5), in(1, 6)}) == 1U);
    CHECK(chosen({in(1, 5), in(0, 900)}) == 1U); // the load comes first
    CHECK(chosen({in(), in()}) == 0U);
    std::vector<load> all{in(), in(), in()};
    std::vector<std::size_t> order;
    for (std::uint64_t use = 1; use <= 6; ++use) {
        order.push_back(*choose(all, 0, start));
        all[order.back()].last_used = use;
    }
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 0, 1, 2});
}

TEST_CASE("a process that rests is not chosen until its rest is over", "[admission]")
{
    CHECK(chosen({resting(start + 1ms)}) == std::nullopt);
    CHECK(chosen({resting(start + 1ms), in(50)}) == 1U);
    CHECK(chosen({resting(start)}) == 0U);
    CHECK(chosen({resting(start - 1s), in(1)}) == 0U);
}

TEST_CASE("no process gets more requests than its concurrency", "[admission]")
{
    for (int concurrency = 0; concurrency <= 3; ++concurrency)
        for (int in_flight = 0; in_flight <= 4; ++in_flight) {
            CAPTURE(concurrency, in_flight);
            bool const has_room = concurrency == 0 || in_flight < concurrency;
            CHECK(chosen({in(in_flight)}, concurrency).has_value() == has_room);
            CHECK(chosen({in(in_flight), in(9)}, concurrency).has_value() == has_room);
        }
    CHECK(chosen({in(2), in(1)}, 2) == 1U);
}

// Every combination of the facts that close or open a gate, against the rules in their order.
TEST_CASE("a request is refused, let in or held by the rules in their order", "[admission]")
{
    std::vector<std::vector<load>> const casts{
        {}, {out()}, {in()}, {in(2)}, {resting(start + 3s)}, {resting(start + 3s), in(2)}};
    for (int bits = 0; bits < 16; ++bits)
        for (auto const& cast : casts)
            for (int ahead = 0; ahead <= 3; ++ahead)
                for (bool const is_waiting : {false, true})
                    for (auto const later : {0ms, 4'999ms, 5'000ms, 29'999ms, 30'000ms}) {
                        gate g;
                        g.wanted = (bits & 1) == 0;
                        g.paused = (bits & 2) != 0;
                        g.maintenance = (bits & 4) != 0;
                        g.over = (bits & 8) != 0;
                        g.concurrency = 2;
                        g.queue = 2;
                        CAPTURE(bits, cast.size(), ahead, is_waiting, later.count());
                        auto const found = admitted(g, cast, {start, ahead, is_waiting}, later);
                        bool const none = cast.empty() || !cast.front().in_rotation;
                        if (g.maintenance)
                            CHECK(found == admission(refused_for::maintenance));
                        else if (!g.wanted && !g.paused)
                            CHECK(found == admission(refused_for::not_wanted));
                        else if (auto const to = choose(cast, 2, start + later);
                                 to && !g.paused && ahead == 0)
                            CHECK(found == admission(go{*to}));
                        else if (g.over && none && !g.paused)
                            CHECK(found == admission(refused_for::crashed));
                        else if (!is_waiting && ahead >= 2)
                            CHECK(found == admission(refused_for::queue_full));
                        else if (g.paused && later >= 30s)
                            CHECK(found == admission(refused_for::paused));
                        else if (!g.paused && none && later >= 5s)
                            CHECK(found == admission(refused_for::none_ready));
                        else if (!g.paused && later >= 30s)
                            CHECK(found == admission(refused_for::queued_too_long));
                        else
                            CHECK(std::holds_alternative<wait_at_gate>(found));
                    }
}

TEST_CASE("each wait ends at its own time", "[admission]")
{
    gate g;
    g.hold = 7s;
    g.queue_timeout = 11s;
    g.concurrency = 1;
    arrival const request{start, 0, true};
    SECTION("with nothing in rotation when the hold is over")
    {
        CHECK(admitted(g, {}, request, 1s) == admission(wait_at_gate{start + 7s}));
        CHECK(admitted(g, {out()}, request, 1s) == admission(wait_at_gate{start + 7s}));
    }
    SECTION("in the queue when its time is over")
    {
        CHECK(admitted(g, {in(1)}, request, 1s) == admission(wait_at_gate{start + 11s}));
    }
    SECTION("in a pause after half a minute, whatever rests")
    {
        g.paused = true;
        CHECK(admitted(g, {resting(start + 2s)}, request) == admission(wait_at_gate{start + 30s}));
        CHECK(admitted(g, {}, request) == admission(wait_at_gate{start + 30s}));
    }
    SECTION("when the first process that could take a request has rested")
    {
        std::vector<load> const all{resting(start + 4s), resting(start + 3s), in(1),
                                    resting(start + 2s, 1), resting(start - 1s, 1)};
        CHECK(admitted(g, all, request) == admission(wait_at_gate{start + 3s}));
        CHECK(admitted(g, {resting(start + 20s)}, request) == admission(wait_at_gate{start + 11s}));
    }
    SECTION("with nothing in rotation any more, counted from when the last process left it")
    {
        g.none_since = start + 6s;
        CHECK(admitted(g, {out()}, request, 6s) == admission(wait_at_gate{start + 13s}));
        CHECK(admitted(g, {out()}, request, 13s) == admission(refused_for::none_ready));
        CHECK(admitted(g, {out()}, {start + 9s, 0, true}, 9s) ==
              admission(wait_at_gate{start + 16s})); // it came later
        CHECK(admitted(g, {in(1)}, request, 6s) == admission(wait_at_gate{start + 11s}));
    }
    SECTION("counted from the request's arrival, not from the look")
    {
        CHECK(admitted(g, {}, request, 6'999ms) == admission(wait_at_gate{start + 7s}));
        CHECK(admitted(g, {}, request, 7s) == admission(refused_for::none_ready));
    }
}

TEST_CASE("a queue of no places holds no request", "[admission]")
{
    gate g;
    g.queue = 0;
    CHECK(admitted(g, {}, {start, 0, false}) == admission(refused_for::queue_full));
    CHECK(admitted(g, {in()}, {start, 0, false}) == admission(go{0}));
    g.paused = true;
    CHECK(admitted(g, {in()}, {start, 0, false}) == admission(refused_for::queue_full));
}

TEST_CASE("a request does not overtake those that wait before it", "[admission]")
{
    gate g;
    CHECK(admitted(g, {in()}, {start, 1, false}) == admission(wait_at_gate{start + 30s}));
    CHECK(admitted(g, {in()}, {start, 1, true}) == admission(wait_at_gate{start + 30s}));
    CHECK(admitted(g, {in()}, {start, 0, true}) == admission(go{0}));
}
