#include "supervisor/core/autoscale.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

using namespace core::autoscale;
using namespace std::chrono_literals;

namespace {

time_point const t0{1h};

// A process that has long been ready and was measured just now.
process busy(std::uint64_t usage_m, std::uint64_t request_m = 1000)
{
    return {request_m, phase::running, true, t0 - 1h, sample{usage_m, t0}};
}

process unready()
{
    return {1000, phase::pending, false, std::nullopt, std::nullopt};
}

process unmeasured()
{
    return {1000, phase::running, true, t0 - 1h, std::nullopt};
}

decision decided(rule const& limits, int wanted, std::vector<process> const& processes,
                 state const& before = {})
{
    return decide(limits, {}, before, t0, wanted, {processes, std::nullopt});
}

std::vector<process> many(int count, std::uint64_t usage_m)
{
    return std::vector<process>(static_cast<std::size_t>(count), busy(usage_m));
}

} // namespace

TEST_CASE("a type scaled to 0 stays at 0, whatever the rule says", "[autoscale]")
{
    auto const d = decided({3, 5, 50}, 0, {});
    CHECK(d.wanted == 0);
    CHECK(d.why == condition::scaling_disabled);
    CHECK(!d.next.last_rescale);
}

TEST_CASE("bounds are enforced at once, without samples or cool-down", "[autoscale]")
{
    state const recent{t0 - 1s};
    auto const more = decided({1, 5, 50}, 9, {}, recent);
    CHECK(more.wanted == 5);
    CHECK(more.why == condition::too_many);
    CHECK(more.next.last_rescale == t0);
    auto const fewer = decided({3, 5, 50}, 1, {}, recent);
    CHECK(fewer.wanted == 3);
    CHECK(fewer.why == condition::too_few);
    CHECK(fewer.next.last_rescale == t0);
}

TEST_CASE("what counts as ready, unready, missing and dropped", "[autoscale]")
{
    settings const s;
    auto with = [&](auto change) {
        auto p = busy(100);
        change(p);
        return classify(p, s, t0);
    };
    CHECK(with([](process&) {}) == kind::ready);
    CHECK(with([](process& p) { p.current_phase = phase::stopping; }) == kind::dropped);
    CHECK(with([](process& p) { p.current_phase = phase::failed; }) == kind::dropped);
    CHECK(with([](process& p) { p.current_phase = phase::pending; }) == kind::unready);
    CHECK(with([](process& p) { p.ready = false; }) == kind::unready);
    CHECK(with([](process& p) { p.ready_since.reset(); }) == kind::unready);
    CHECK(with([&](process& p) { p.ready_since = t0 - s.window + 1ms; }) == kind::unready);
    CHECK(with([&](process& p) { p.ready_since = t0 - s.window; }) == kind::ready);
    CHECK(with([](process& p) { p.measured.reset(); }) == kind::missing);
}

TEST_CASE("a process without a request is an error, but not one that is dropped", "[autoscale]")
{
    CHECK(decided({1, 5, 50}, 2, {busy(900), busy(900, 0)}).why == condition::no_request);
    CHECK(decided({1, 5, 50}, 2, {busy(900), busy(900, 0)}).wanted == 2);
    auto gone = busy(0, 0);
    gone.current_phase = phase::stopping;
    CHECK(decided({1, 5, 50}, 2, {busy(1900), gone}).why == condition::rescaled);
}

TEST_CASE("the tolerance is inclusive, exact and a part of the target", "[autoscale]")
{
    CHECK(decided({1, 99, 70}, 10, many(10, 770)).why == condition::desired); // 77 is 70 plus 10 %
    CHECK(decided({1, 99, 70}, 10, many(10, 630)).why == condition::desired);
    CHECK(decided({1, 99, 70}, 10, many(10, 780)).wanted == 12);
    CHECK(decided({1, 99, 70}, 10, many(10, 620)).wanted == 9);
    CHECK(decided({1, 99, 10}, 10, many(10, 110)).why == condition::desired); // 11 is 1.1 times 10
}

TEST_CASE("one step at most doubles the count, but four are always allowed", "[autoscale]")
{
    CHECK(decided({1, 99, 50}, 1, many(1, 9000)).wanted == 4);
    CHECK(decided({1, 99, 50}, 2, many(2, 9000)).wanted == 4);
    CHECK(decided({1, 99, 50}, 3, many(3, 9000)).wanted == 6);
    CHECK(decided({1, 5, 50}, 3, many(3, 9000)).wanted == 5);
}

TEST_CASE("a start-up burst never scales up by itself", "[autoscale]")
{
    auto young = busy(4000);
    young.ready_since = t0 - 1s;
    CHECK(decided({1, 9, 50}, 2, {busy(500), young}).wanted == 2);
    CHECK(decided({1, 9, 50}, 2, {young, young}).why == condition::no_metrics);
}

TEST_CASE("both clocks of the cool-down run from the last rescale", "[autoscale]")
{
    auto const up = many(2, 900), down = many(2, 100);
    auto const after = [&](std::chrono::seconds age, std::vector<process> const& use) {
        return decided({1, 9, 50}, 2, use, {t0 - age}).why;
    };
    CHECK(after(180s, up) == condition::backoff_both);
    CHECK(after(181s, up) == condition::rescaled);
    CHECK(after(180s, down) == condition::backoff_both);
    CHECK(after(181s, down) == condition::backoff_downscale);
    CHECK(after(300s, down) == condition::backoff_downscale);
    CHECK(after(301s, down) == condition::rescaled);
    CHECK(after(-1000s, up) == condition::backoff_both); // a time in the future counts as now
    settings slow_up;
    slow_up.scale_up_delay = 600s;
    CHECK(decide({1, 9, 50}, slow_up, {t0 - 301s}, t0, 2, {up, std::nullopt}).why ==
          condition::backoff_upscale);
}

TEST_CASE("the clock of the cool-down is the newest sample's", "[autoscale]")
{
    auto use = many(2, 900);
    for (auto& p : use)
        p.measured->time = t0 - 5s;
    CHECK(decided({1, 9, 50}, 2, use, {t0 - 183s}).why == condition::backoff_both);
    use[1].measured->time = t0;
    CHECK(decided({1, 9, 50}, 2, use, {t0 - 183s}).why == condition::rescaled);
}

TEST_CASE("a decision says what it was made of", "[autoscale]")
{
    auto stopping = busy(0);
    stopping.current_phase = phase::stopping;
    auto const d = decided({1, 6, 50}, 2, {busy(2000), busy(2000), unready(), stopping});
    CHECK(d.seen.ready == 2);
    CHECK(d.seen.unready == 1);
    CHECK(d.seen.dropped == 1);
    CHECK(d.seen.utilization == 200);
    CHECK(d.seen.rebalanced == 133);
    CHECK(d.seen.raw == 8);
    CHECK(d.seen.proposed == 4);
    CHECK(d.seen.sampled == t0);
    CHECK(d.wanted == 4);
    CHECK(d.next.last_rescale == t0);
    CHECK(decided({1, 6, 50}, 2, {unmeasured(), unready()}).why == condition::no_metrics);
}

TEST_CASE("no count leaves the bounds, whatever is measured", "[autoscale]")
{
    std::mt19937 random(20261124);
    auto const up_to = [&](int most) {
        return static_cast<int>(random() % (static_cast<unsigned>(most) + 1));
    };
    for (int i = 0; i < 20'000; ++i) {
        rule limits;
        limits.min = 1 + up_to(5);
        limits.max = limits.min + up_to(8);
        limits.percent = 1 + up_to(200);
        std::vector<process> all;
        for (int n = up_to(10); n > 0; --n) {
            auto p = busy(static_cast<std::uint64_t>(up_to(5000)),
                          static_cast<std::uint64_t>(up_to(4)) * 500);
            p.current_phase = static_cast<phase>(up_to(3));
            p.ready = up_to(3) > 0;
            if (up_to(4) == 0)
                p.measured.reset();
            if (up_to(4) == 0)
                p.ready_since = t0 - 1s;
            all.push_back(p);
        }
        int const wanted = up_to(20);
        state const before{up_to(1) ? std::optional(t0 - std::chrono::seconds(1 + up_to(600)))
                                    : std::nullopt};
        auto const d = decide(limits, {}, before, t0, wanted, {all, std::nullopt});
        INFO(i);
        REQUIRE((wanted == 0 ? d.wanted == 0 : d.wanted >= limits.min && d.wanted <= limits.max));
        REQUIRE(!d.reason.empty());
        bool const changed = d.wanted != wanted;
        REQUIRE(changed ==
                (d.next.last_rescale == t0 && d.next.last_rescale != before.last_rescale));
    }
}

TEST_CASE("more use never means fewer processes", "[autoscale]")
{
    for (int percent : {30, 75, 150})
        for (int count = 1; count <= 12; ++count) {
            int last = 0;
            for (std::uint64_t usage = 0; usage <= 4000; usage += 10) {
                auto const d = decided({1, 40, percent}, count, many(count, usage));
                INFO(percent << "% " << count << " x " << usage << "m");
                REQUIRE(d.wanted >= last);
                last = d.wanted;
            }
        }
}

TEST_CASE("at the target, and with noise inside the tolerance, nothing moves", "[autoscale]")
{
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::vector<process> all;
        for (int n = 0; n < 6; ++n)
            all.push_back(busy(680 + random() % 141)); // 75 % ± 9.4 %
        REQUIRE(decided({1, 20, 75}, 6, all).wanted == 6);
    }
}

TEST_CASE("a count that was reached holds: the next decision under the same load agrees",
          "[autoscale]")
{
    for (int percent : {40, 75, 90})
        // the load of all, spread evenly
        for (std::uint64_t load = 100; load <= 20'000; load += 100) {
            int wanted = 3;
            for (int step = 0; step < 12; ++step)
                wanted = decided({1, 100, percent}, wanted,
                                 many(wanted, load / static_cast<std::uint64_t>(wanted)))
                             .wanted;
            INFO(percent << "% of " << load << "m");
            auto const again = decided({1, 100, percent}, wanted,
                                       many(wanted, load / static_cast<std::uint64_t>(wanted)));
            REQUIRE(again.wanted == wanted);
        }
}

TEST_CASE("numbers as large as they come overflow nothing", "[autoscale]")
{
    auto const d = decided({1, 1000, 1}, 1000, many(1000, 4'000'000'000));
    CHECK(d.wanted == 1000);
    CHECK(d.seen.raw == std::numeric_limits<int>::max());
}
