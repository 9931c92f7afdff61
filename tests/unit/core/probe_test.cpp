#include "supervisor/core/probe.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <fstream>
#include <sstream>
#include <string>

using namespace core;
using namespace std::chrono_literals;

namespace {

time_point const t0{1h};

procfile::probe_settings every(std::chrono::milliseconds period, int success = 1, int failure = 3)
{
    procfile::probe_settings s;
    s.period = period;
    s.success = success;
    s.failure = failure;
    return s;
}

probe_plan plan_of(probe_kind kind, procfile::probe_settings const& s)
{
    probe_plan plan;
    (kind == probe_kind::startup    ? plan.startup
     : kind == probe_kind::liveness ? plan.liveness
                                    : plan.readiness) = s;
    return plan;
}

char letter(verdict v)
{
    return v == verdict::success ? 'S' : v == verdict::failure ? 'F' : '?';
}

// The verdict after each of the results S (success), F (failure) and E (error), one result for each
// tick. '-' stands for a probe that is no longer due.
std::string published(probe_kind kind, procfile::probe_settings const& s,
                      std::string const& results)
{
    health h(plan_of(kind, s), t0);
    std::string seen;
    for (char const c : results) {
        auto const due = h.due(kind);
        if (!due) {
            seen += '-';
            continue;
        }
        auto const result = c == 'S'   ? probe_result::success
                            : c == 'F' ? probe_result::failure
                                       : probe_result::error;
        auto const times = result == probe_result::error ? 1 + health::retries_of_an_error : 1;
        for (int i = 0; i < times; ++i)
            h.note(kind, result, *due);
        seen += letter(h.published(kind));
    }
    return seen;
}

} // namespace

TEST_CASE("the published result changes only after a run of equal results", "[probe]")
{
    using k = probe_kind;
    CHECK(published(k::readiness, every(1s, 1, 3), "SSSFFFFF") == "SSSSSFFF");
    CHECK(published(k::readiness, every(1s, 3, 1), "SSSSSF") == "FFSSSF");
    CHECK(published(k::startup, every(1s, 1, 3), "FFFFS") == "??F--");
    CHECK(published(k::liveness, every(1s, 1, 3), "SFFF") == "SSSF");
    CHECK(published(k::readiness, every(1s, 1, 1), "SES") == "SSS");
    CHECK(published(k::readiness, every(1s, 1, 3), "FSFFSFFF") == "FSSSSSSF");
    CHECK(published(k::startup, every(1s, 1, 3), "FFSF") == "??S-");
    CHECK(published(k::liveness, every(1s, 1, 3), "FFEF") == "SSSF");
}

TEST_CASE("the cases of the kubelet's own suite", "[probe][vectors]")
{
    namespace json = boost::json;
    std::ifstream file{std::string{TEST_DATA} + "/peers.json"};
    std::ostringstream text;
    text << file.rdbuf();
    int seen = 0;
    auto const all = json::parse(text.str());
    for (auto const& v : all.as_array()) {
        if (v.at("kind").as_string() != "probe")
            continue;
        ++seen;
        auto const word = [&](char const* key) { return json::value_to<std::string>(v.at(key)); };
        INFO(word("name"));
        auto const kind = word("probe") == "startup"    ? probe_kind::startup
                          : word("probe") == "liveness" ? probe_kind::liveness
                                                        : probe_kind::readiness;
        auto const s =
            every(1s, v.at("success").to_number<int>(), v.at("failure").to_number<int>());
        CHECK(published(kind, s, word("results")) == word("expected"));
    }
    CHECK(seen == 6);
}

TEST_CASE("without a probe an incarnation is ready at once and never found dead", "[probe]")
{
    health const none;
    CHECK(none.ready());
    CHECK(!none.fatal());
    CHECK(!none.due(probe_kind::readiness));
    CHECK(health(plan_of(probe_kind::liveness, every(1s)), t0).ready());
    CHECK(!health(plan_of(probe_kind::readiness, every(1s)), t0).ready());
    CHECK(!health(plan_of(probe_kind::startup, every(1s)), t0).ready());
}

TEST_CASE("the first run is right after the start, or after the delay; then the rate is fixed",
          "[probe]")
{
    auto s = every(20s);
    s.initial_delay = 120s;
    health h(plan_of(probe_kind::liveness, s), t0);
    CHECK(h.due(probe_kind::liveness) == t0 + 120s);
    h.note(probe_kind::liveness, probe_result::failure, t0 + 121s);
    CHECK(h.due(probe_kind::liveness) == t0 + 140s);
    h.note(probe_kind::liveness, probe_result::failure, t0 + 141s);
    CHECK(!h.fatal());
    CHECK(h.due(probe_kind::liveness) == t0 + 160s);
    CHECK(h.note(probe_kind::liveness, probe_result::failure, t0 + 160s));
    CHECK(h.fatal() == probe_kind::liveness);
    CHECK(!h.due(probe_kind::liveness)); // not due until there is a new incarnation
    CHECK(health(plan_of(probe_kind::liveness, every(20s)), t0).due(probe_kind::liveness) == t0);
}

TEST_CASE("ticks that a slow run has slept through are left out", "[probe]")
{
    health h(plan_of(probe_kind::readiness, every(10s)), t0);
    h.note(probe_kind::readiness, probe_result::success, t0 + 35s);
    CHECK(h.due(probe_kind::readiness) == t0 + 40s);
    h.note(probe_kind::readiness, probe_result::success, t0 + 50s);
    CHECK(h.due(probe_kind::readiness) == t0 + 50s);
    h.note(probe_kind::readiness, probe_result::success, t0 + 50s);
    CHECK(h.due(probe_kind::readiness) == t0 + 60s);
}

TEST_CASE("the startup probe holds the others back, and they are looked at once it succeeded",
          "[probe]")
{
    probe_plan plan;
    plan.startup = every(1s, 1, 30);
    plan.readiness = every(10s);
    plan.liveness = every(10s);
    health h(plan, t0);
    CHECK(!h.due(probe_kind::readiness));
    CHECK(!h.due(probe_kind::liveness));
    h.note(probe_kind::startup, probe_result::failure, t0);
    CHECK(h.note(probe_kind::startup, probe_result::success, t0 + 1s));
    CHECK(!h.due(probe_kind::startup));
    CHECK(h.due(probe_kind::readiness) == t0 + 1s);
    CHECK(h.due(probe_kind::liveness) == t0 + 1s);
    CHECK(!h.ready());
    CHECK(h.note(probe_kind::readiness, probe_result::success, t0 + 1s));
    CHECK(h.ready());
}

TEST_CASE("a startup probe that gives up is fatal, as liveness is; readiness never", "[probe]")
{
    health start(plan_of(probe_kind::startup, every(1s, 1, 2)), t0);
    start.note(probe_kind::startup, probe_result::failure, t0);
    CHECK(!start.fatal());
    CHECK(start.note(probe_kind::startup, probe_result::failure, t0 + 1s));
    CHECK(start.fatal() == probe_kind::startup);
    health ready(plan_of(probe_kind::readiness, every(1s, 1, 1)), t0);
    for (int i = 0; i < 10; ++i)
        ready.note(probe_kind::readiness, probe_result::failure, t0 + i * 1s);
    CHECK(!ready.fatal());
}

TEST_CASE("a probe that could not be run is tried again at once, three times", "[probe]")
{
    health h(plan_of(probe_kind::liveness, every(10s, 1, 1)), t0);
    for (int i = 0; i < 3; ++i) {
        CHECK(!h.note(probe_kind::liveness, probe_result::error, t0 + 1s));
        CHECK(h.due(probe_kind::liveness) == t0 + 1s);
    }
    h.note(probe_kind::liveness, probe_result::error, t0 + 1s);
    CHECK(h.due(probe_kind::liveness) == t0 + 11s);
    CHECK(!h.fatal());
}

TEST_CASE("what is being stopped is not looked at any more", "[probe]")
{
    health h(plan_of(probe_kind::liveness, every(1s, 1, 1)), t0);
    h.note(probe_kind::liveness, probe_result::failure, t0);
    h.mute();
    CHECK(!h.fatal());
    CHECK(!h.due(probe_kind::liveness));
}

TEST_CASE("a rollout allows for the startup probe's patience", "[probe]")
{
    auto s = every(2s, 1, 30);
    s.initial_delay = 5s;
    s.timeout = 1s;
    CHECK(startup_allowance(plan_of(probe_kind::startup, s)) == 66s);
    CHECK(startup_allowance({}) == 0s);
}
