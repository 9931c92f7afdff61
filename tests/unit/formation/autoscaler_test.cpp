#include "supervisor/formation/autoscaler.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/formation/stage.hpp"

#include <optional>

using namespace std::chrono_literals;
using core::autoscale::condition;
using core::autoscale::rule;
using procd::formation::autoscaler;
using procd::formation::load_source;
using test::stage;

namespace {

// Ready at once: a type behind the front port that declares a probe, but none of readiness.
auto const fronted = "[types.web]\nlisten = \"8080\"\n"
                     "liveness = { exec = \"true\", initial_delay = \"1h\" }\n";

procfile::autoscaler_settings quick()
{
    procfile::autoscaler_settings s;
    s.interval = s.window = 1ms;
    s.scale_up_delay = s.scale_down_delay = 0ms;
    return s;
}

// A front port whose answers the test gives.
class fake_front {
public:
    load_source source()
    {
        return {[this] {
                    ++asked_;
                    answer_.reset();
                    return there ? load_source::asked::yes : load_source::asked::nobody_there;
                },
                [this] { return answer_; }};
    }
    // The answer to the last question, a second after the one before, with so many requests in
    // flight on average since then.
    void tell(double requests, std::uint64_t run = 1)
    {
        time_ms_ = run == run_ ? time_ms_ + 1000 : 500;
        load_ms_ = run == run_ ? load_ms_ + 1000 * requests : 0;
        run_ = run;
        answer_ = load_source::loads{
            {"web", {run, load_ms_, time_ms_, std::chrono::steady_clock::now()}}};
    }
    void tell_nothing() { answer_ = load_source::loads{}; }
    int asked() const { return asked_; }

    bool there = true;

private:
    int asked_ = 0;
    std::uint64_t run_ = 1;
    double load_ms_ = 0, time_ms_ = 0;
    std::optional<load_source::loads> answer_;
};

// An app with its autoscaler.
struct scaled_app {
    explicit scaled_app(std::string const& config = fronted,
                        std::map<std::string, int> counts = {{"web", 1}, {"worker", 1}})
        : s("web: exec sleep 60\nworker: exec sleep 60\n", counts, config),
          scaler(s.with, s.all, front.source())
    {
        s.run();
        REQUIRE(s.until([&] { return s.all.find("web")->slots.begin()->second->ready(); }));
    }
    int wanted(std::string const& type = "web") { return s.all.find(type)->wanted; }
    auto const& decisions() { return scaler.of("web").decisions; }
    auto advance() { return scaler.advance(quick()); }
    // Until the front port is asked again.
    void until_asked()
    {
        auto const before = front.asked();
        REQUIRE(s.until([&] {
            advance();
            return front.asked() > before;
        }));
    }

    stage s;
    fake_front front;
    autoscaler scaler;
};

} // namespace

TEST_CASE("the front port is asked at a sampling time, and the decision waits for its answer",
          "[autoscale]")
{
    scaled_app app;
    REQUIRE(app.scaler.set("web", rule{1, 4, {}, 10}).has_value());
    auto const before = std::chrono::steady_clock::now();
    auto const until = app.advance();
    CHECK(app.front.asked() == 1);
    REQUIRE(until);
    CHECK(*until >= before + 1s);
    app.advance(); // nothing has changed
    CHECK(app.front.asked() == 1);
    CHECK(app.decisions().empty());

    app.front.tell(30);
    app.advance();
    REQUIRE(app.decisions().size() == 1);
    CHECK(app.decisions().back().made.why == condition::no_metrics); // one answer tells no load
    app.until_asked();
    app.front.tell(30);
    app.advance();
    CHECK(app.wanted() == 3);
    CHECK(app.decisions().back().made.seen.requests_m == 30'000u);
    CHECK(app.scaler.take_rescaled());
    CHECK(app.s.said().find("scaled web: web scaled from 1 to 3 by the autoscaler: the requests in "
                            "flight are above the target") != std::string::npos);
}

TEST_CASE("without a rule by requests nobody is asked", "[autoscale]")
{
    scaled_app app;
    CHECK(!app.advance());
    REQUIRE(app.scaler.set("web", rule{2, 4, 75, {}}).has_value());
    CHECK(app.advance());
    CHECK(app.wanted() == 2);
    CHECK(app.front.asked() == 0);
    app.scaler.unset("web");
    CHECK(!app.advance());
    CHECK(app.front.asked() == 0);
}

TEST_CASE("a front port that does not answer holds a decision up for a second, and is no reason to "
          "shrink",
          "[autoscale]")
{
    scaled_app app(fronted, {{"web", 3}, {"worker", 1}});
    REQUIRE(app.scaler.set("web", rule{1, 4, {}, 10}).has_value());
    auto const before = std::chrono::steady_clock::now();
    app.advance();
    REQUIRE(app.s.until([&] {
        app.advance();
        return !app.decisions().empty();
    }));
    CHECK(std::chrono::steady_clock::now() >= before + 1s);
    CHECK(app.decisions().back().made.reason == "the requests in flight were not measured");
    CHECK(app.wanted() == 3);
    // The answers before and after the missing one still make a difference.
    app.until_asked();
    app.front.tell(1);
    app.advance();
    app.until_asked();
    app.front.tell(1);
    app.advance();
    CHECK(app.wanted() == 1);
}

TEST_CASE("where no router runs, the bounds hold at once", "[autoscale]")
{
    scaled_app app;
    app.front.there = false;
    REQUIRE(app.scaler.set("web", rule{2, 4, {}, 10}).has_value());
    app.advance();
    CHECK(app.wanted() == 2);
    CHECK(app.decisions().back().made.why == condition::too_few);
}

TEST_CASE("a router that was started again makes no load of what it has forgotten", "[autoscale]")
{
    scaled_app app(fronted, {{"web", 3}, {"worker", 1}});
    REQUIRE(app.scaler.set("web", rule{1, 4, {}, 10}).has_value());
    app.advance();
    app.front.tell(30);
    app.advance();
    app.until_asked();
    app.front.tell(30);
    app.advance();
    CHECK(app.decisions().back().made.why == condition::desired);
    app.until_asked();
    app.front.tell(0, 2); // its sums began anew
    app.advance();
    CHECK(app.decisions().back().made.reason == "the requests in flight were not measured");
    CHECK(app.wanted() == 3);
    app.until_asked();
    app.front.tell_nothing(); // it does not know the type
    app.advance();
    CHECK(app.decisions().back().made.why == condition::no_metrics);
    CHECK(app.wanted() == 3);
}

TEST_CASE("a rule by requests needs a front port that counts them", "[autoscale]")
{
    scaled_app app;
    auto const refused = [](autoscaler& scaler, rule const& r, std::string const& type) {
        auto const set = scaler.set(type, r);
        CHECK(set.has_error());
        return set ? "" : set.error().detail;
    };
    CHECK(refused(app.scaler, {1, 2, {}, 10}, "worker") ==
          "concurrency: 'worker' has no front port, which counts the requests; give it listen in "
          "procd.toml, or give cpu-percent in place of concurrency");
    CHECK(refused(app.scaler, {1, 2, 50, {}}, "wroker").starts_with("no process type"));
    CHECK(!app.scaler.of("worker").rule);
    CHECK(app.scaler.set("worker", rule{1, 2, 50, {}}).has_value());

    // A reload may take the front port away from a type whose rule a command has set.
    app.front.there = false;
    app.scaler.restore_rule("worker", rule{1, 2, {}, 10});
    app.advance();
    CHECK(app.scaler.of("worker").decisions.back().made.reason ==
          "'worker' has no front port, which counts the requests; give it listen");
}
