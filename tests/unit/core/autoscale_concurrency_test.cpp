// Decisions by requests in flight, alone and beside CPU use.
#include "supervisor/core/autoscale.hpp"
#include "tests/fixtures/catch.hpp"

#include <limits>
#include <optional>
#include <random>
#include <vector>

using namespace core::autoscale;
using namespace std::chrono_literals;

namespace {

time_point const t0{1h};

process serving(std::optional<std::uint64_t> usage_m = std::nullopt)
{
    process p{1000, phase::running, true, t0 - 1h, std::nullopt};
    if (usage_m)
        p.measured = sample{*usage_m, t0};
    return p;
}

process unready()
{
    return {1000, phase::pending, false, std::nullopt, std::nullopt};
}

std::vector<process> many(int count, std::optional<std::uint64_t> usage_m = std::nullopt)
{
    return std::vector<process>(static_cast<std::size_t>(count), serving(usage_m));
}

std::vector<process> with_unready(std::vector<process> all, int count)
{
    all.insert(all.end(), static_cast<std::size_t>(count), unready());
    return all;
}

rule each(int concurrency, int min = 1, int max = 99)
{
    return {min, max, std::nullopt, concurrency};
}

rule both(int percent, int concurrency, int min = 1, int max = 99)
{
    return {min, max, percent, concurrency};
}

// `requests_m`: thousandths of requests in flight.
decision decided(rule const& limits, int wanted, std::vector<process> const& processes,
                 std::optional<std::uint64_t> requests_m, state const& before = {})
{
    measured facts{processes, std::nullopt};
    if (requests_m)
        facts.requests = load{*requests_m, t0};
    return decide(limits, {}, before, t0, wanted, facts);
}

} // namespace

TEST_CASE("as many processes as the requests need", "[autoscale]")
{
    CHECK(decided(each(10), 2, many(2), 30'000).wanted == 3);
    CHECK(decided(each(10), 2, many(2), 30'001).wanted == 4); // a part of one more
    CHECK(decided(each(10), 4, many(4), 30'000).wanted == 3);
    CHECK(decided(each(10), 4, many(4), 0).wanted == 1);
    CHECK(decided(each(10), 4, many(4), 0).seen.raw == 0);
    CHECK(decided(each(1), 2, many(2), 2'900).wanted == 3);
}

TEST_CASE("the tolerance of requests is inclusive, and a part of the target", "[autoscale]")
{
    // three processes, ten each: 27 to 33 is near enough
    CHECK(decided(each(10), 3, many(3), 33'000).why == condition::desired);
    CHECK(decided(each(10), 3, many(3), 33'001).wanted == 4);
    CHECK(decided(each(10), 3, many(3), 27'000).wanted == 3);
    CHECK(decided(each(10), 4, many(4), 36'000).why == condition::desired);
    CHECK(decided(each(10), 4, many(4), 35'999).seen.raw == 4); // ceil of 3.5999
    CHECK(decided(each(10), 4, many(4), 29'999).wanted == 3);
    settings exact;
    exact.tolerance = 0;
    auto const at = [&](std::uint64_t requests_m) {
        return decide(each(10), exact, {}, t0, 3, {many(3), load{requests_m, t0}}).wanted;
    };
    CHECK(at(30'000) == 3);
    CHECK(at(30'001) == 4);
}

TEST_CASE("unready processes hold growth back, and do not hold shrinking back", "[autoscale]")
{
    // one serves 40 requests, three are on their way: they will take their share
    auto const growing = decided(each(10), 4, with_unready(many(1), 3), 40'000);
    CHECK(growing.wanted == 4);
    CHECK(growing.seen.ready == 1);
    CHECK(growing.seen.unready == 3);
    CHECK(decided(each(10), 4, with_unready(many(1), 3), 55'000).wanted == 6);
    CHECK(decided(each(10), 4, with_unready(many(1), 3), 35'000).why == condition::desired);
    CHECK(decided(each(10), 4, with_unready(many(3), 1), 20'000).wanted == 2);
    CHECK(decided(each(10), 4, with_unready(many(2), 2), 21'000).why == condition::desired);
    auto young = serving();
    young.ready_since = t0 - 1s;
    CHECK(decided(each(10), 2, {serving(), young}, 20'000).wanted == 2);
}

TEST_CASE("requests that nobody serves decide nothing", "[autoscale]")
{
    auto const held = decided(each(10), 2, {unready(), unready()}, 500'000);
    CHECK(held.wanted == 2);
    CHECK(held.why == condition::no_metrics);
    CHECK(held.reason == "no process has been ready for a whole window");
    CHECK(decided(each(10), 0, {}, 500'000).why == condition::scaling_disabled);
    CHECK(decided(each(10), 0, {}, 500'000).wanted == 0);
}

TEST_CASE("without the figures of the router nothing changes but the bounds", "[autoscale]")
{
    auto const d = decided(each(10), 3, many(3), std::nullopt);
    CHECK(d.wanted == 3);
    CHECK(d.why == condition::no_metrics);
    CHECK(d.reason == "the requests in flight were not measured");
    CHECK(!d.seen.decided_by);
    CHECK(!d.seen.requests_m);
    CHECK(decided(each(10, 1, 2), 3, many(3), std::nullopt).wanted == 2);
    CHECK(decided(each(10, 4, 9), 3, many(3), std::nullopt).wanted == 4);
}

TEST_CASE("a rule by requests needs no CPU request and no CPU sample", "[autoscale]")
{
    auto no_request = serving();
    no_request.request_m = 0;
    auto const d = decided(each(10), 2, {no_request, serving()}, 40'000);
    CHECK(d.wanted == 4);
    CHECK(d.seen.ready == 2);
    CHECK(d.seen.missing == 0);
    CHECK(d.seen.decided_by == metric::concurrency);
    CHECK(d.reason == "the requests in flight are above the target");
    CHECK(decided(each(10), 4, many(4), 9'000).reason ==
          "the requests in flight are below the target");
}

TEST_CASE("with two metrics the larger answer counts", "[autoscale]")
{
    // CPU: 80 % of 50 for two is 4; requests: 50 for ten each is 5
    auto const d = decided(both(50, 10), 2, many(2, 800), 50'000);
    CHECK(d.seen.by_cpu == 4);
    CHECK(d.seen.by_concurrency == 5);
    CHECK(d.seen.decided_by == metric::concurrency);
    CHECK(d.seen.raw == 5);
    CHECK(d.wanted == 4); // one step
    auto const cpu = decided(both(50, 10), 2, many(2, 800), 30'000);
    CHECK(cpu.seen.decided_by == metric::cpu);
    CHECK(cpu.wanted == 4);
    CHECK(cpu.reason == "CPU use is above the target");
    // one of them keeps the count
    CHECK(decided(both(50, 10), 4, many(4, 500), 10'000).why == condition::desired);
    CHECK(decided(both(50, 10), 4, many(4, 10), 40'000).why == condition::desired);
    // both shrink, to the larger answer; equal answers are the first metric's
    CHECK(decided(both(50, 10), 4, many(4, 10), 30'000).wanted == 3);
    CHECK(decided(both(50, 10), 4, many(4, 10), 1'000).seen.decided_by == metric::cpu);
}

TEST_CASE("a metric that is missing never lets the other one scale down", "[autoscale]")
{
    auto const no_requests = decided(both(50, 10), 4, many(4, 10), std::nullopt);
    CHECK(no_requests.wanted == 4);
    CHECK(no_requests.why == condition::no_metrics);
    CHECK(no_requests.reason == "the requests in flight were not measured, so the count does not "
                                "shrink, although CPU use is below the target");
    CHECK(no_requests.seen.by_cpu == 1);
    auto const no_cpu = decided(both(50, 10), 4, many(4), 1'000);
    CHECK(no_cpu.wanted == 4);
    CHECK(no_cpu.reason == "no metrics from ready processes, so the count does not shrink, "
                           "although the requests in flight are below the target");
    // but it may grow, or stay
    CHECK(decided(both(50, 10), 2, many(2, 800), std::nullopt).wanted == 4);
    CHECK(decided(both(50, 10), 2, many(2), 40'000).wanted == 4);
    CHECK(decided(both(50, 10), 2, many(2, 500), std::nullopt).why == condition::desired);
    CHECK(decided(both(50, 10), 2, many(2), 20'000).why == condition::desired);
    CHECK(decided(both(50, 10), 2, many(2), std::nullopt).why == condition::no_metrics);
    auto no_request = many(4, 10);
    no_request[0].request_m = 0;
    CHECK(decided(both(50, 10), 4, no_request, 1'000).why == condition::no_request);
    CHECK(decided(both(50, 10), 4, no_request, 80'000).wanted == 8);
}

TEST_CASE("a process whose CPU was not read serves requests all the same", "[autoscale]")
{
    auto const d = decided(both(50, 10), 2, {serving(500), serving()}, 20'000);
    CHECK(d.seen.ready == 1);
    CHECK(d.seen.missing == 1);
    CHECK(d.seen.by_concurrency == 2);
    CHECK(d.why == condition::desired);
}

TEST_CASE("the cool-down counts to the sample of the metric that decides", "[autoscale]")
{
    auto const at = [](time_point cpu, time_point requests, std::uint64_t requests_m) {
        auto use = many(2, 900); // asks for 4
        for (auto& p : use)
            p.measured->time = cpu;
        return decide(both(50, 10), {}, {t0 - 181s}, t0, 2, {use, load{requests_m, requests}}).why;
    };
    CHECK(at(t0, t0 - 5s, 10'000) == condition::rescaled);     // by CPU
    CHECK(at(t0 - 5s, t0, 10'000) == condition::backoff_both); // by CPU
    CHECK(at(t0 - 5s, t0, 90'000) == condition::rescaled);     // by requests
    CHECK(at(t0, t0 - 5s, 90'000) == condition::backoff_both); // by requests
    auto const after = [](std::chrono::seconds age, std::uint64_t requests_m) {
        return decided(each(10), 2, many(2), requests_m, {t0 - age}).why;
    };
    CHECK(after(180s, 90'000) == condition::backoff_both);
    CHECK(after(181s, 90'000) == condition::rescaled);
    CHECK(after(181s, 1'000) == condition::backoff_downscale);
    CHECK(after(301s, 1'000) == condition::rescaled);
}

TEST_CASE("no count leaves the bounds, whatever is measured of both metrics", "[autoscale]")
{
    std::mt19937 random(20261127);
    auto const up_to = [&](int most) {
        return static_cast<int>(random() % (static_cast<unsigned>(most) + 1));
    };
    for (int i = 0; i < 20'000; ++i) {
        rule limits{1 + up_to(5), 0, {}, 1 + up_to(20)};
        limits.max = limits.min + up_to(8);
        if (up_to(1) == 0)
            limits.percent = 1 + up_to(200);
        std::vector<process> all;
        for (int n = up_to(10); n > 0; --n) {
            auto p = serving(static_cast<std::uint64_t>(up_to(5000)));
            p.request_m = static_cast<std::uint64_t>(up_to(4)) * 500;
            p.current_phase = static_cast<phase>(up_to(3));
            p.ready = up_to(3) > 0;
            if (up_to(4) == 0)
                p.measured.reset();
            all.push_back(p);
        }
        std::optional<std::uint64_t> requests_m;
        if (up_to(4) > 0)
            requests_m = static_cast<std::uint64_t>(up_to(300'000));
        int const wanted = up_to(20);
        auto const d = decided(limits, wanted, all, requests_m);
        INFO(i);
        REQUIRE((wanted == 0 ? d.wanted == 0 : d.wanted >= limits.min && d.wanted <= limits.max));
        REQUIRE(!d.reason.empty());
        bool const inside = wanted >= limits.min && wanted <= limits.max;
        bool const both_known = requests_m && (!limits.percent || d.seen.by_cpu);
        if (inside && d.wanted < wanted) // nothing shrinks by half of the knowledge
            REQUIRE((both_known && d.seen.by_concurrency && *d.seen.by_concurrency < wanted));
        if (d.why == condition::rescaled)
            REQUIRE(d.seen.decided_by);
    }
}

TEST_CASE("more requests never mean fewer processes", "[autoscale]")
{
    for (int concurrency : {1, 7, 50})
        for (int count = 1; count <= 12; ++count) {
            int last = 0;
            for (std::uint64_t requests_m = 0; requests_m <= 400'000; requests_m += 250) {
                auto const d = decided(each(concurrency, 1, 40), count, many(count), requests_m);
                INFO(concurrency << " each, " << count << ", " << requests_m << "m");
                REQUIRE(d.wanted >= last);
                last = d.wanted;
            }
        }
}

TEST_CASE("a count that the requests have reached holds", "[autoscale]")
{
    for (int concurrency : {1, 3, 10})
        for (std::uint64_t requests_m = 0; requests_m <= 60'000; requests_m += 130) {
            int wanted = 3;
            for (int step = 0; step < 12; ++step)
                wanted = decided(each(concurrency), wanted, many(wanted), requests_m).wanted;
            INFO(concurrency << " each of " << requests_m << "m");
            REQUIRE(decided(each(concurrency), wanted, many(wanted), requests_m).wanted == wanted);
        }
}

TEST_CASE("requests without number overflow nothing", "[autoscale]")
{
    auto const d = decided(each(1, 1, 1000), 1000, many(1000), 1'000'000'000'000'000);
    CHECK(d.wanted == 1000);
    CHECK(d.seen.raw == std::numeric_limits<int>::max());
    auto const none = decided(each(std::numeric_limits<int>::max(), 1, 1000), 1000, many(1000), 1);
    CHECK(none.wanted == 1);
}
