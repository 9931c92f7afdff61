// The test cases of Kubernetes' replica calculator, from tests/data/hpa.json, and those of
// peers.json; those of its metrics with an average value from hpa_average_value.json.
#include "supervisor/core/autoscale.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <cmath>
#include <fstream>
#include <sstream>

using namespace core::autoscale;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

time_point const t0{10h};

json::array read(std::string const& name)
{
    std::ifstream file{std::string{TEST_DATA} + '/' + name};
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str()).as_array();
}

// The platform's own cases, then those of other suites.
json::array vectors()
{
    auto all = read("hpa.json");
    for (auto const& each : read("peers.json"))
        if (each.at("kind").as_string() == "hpa")
            all.push_back(each);
    return all;
}

std::uint64_t number(json::value const& v)
{
    return v.is_null() ? 0 : v.to_number<std::uint64_t>();
}

process process_of(std::string const& what, json::value const& request, json::value const& usage)
{
    process p{number(request), phase::running, true, t0 - 1h, std::nullopt};
    if (!usage.is_null())
        p.measured = sample{number(usage), t0};
    if (what == "unready")
        p.ready = false;
    else if (what == "hot")
        p.ready_since = t0 - 1s;
    else if (what == "deleting")
        p.current_phase = phase::stopping;
    else if (what == "pending")
        p.current_phase = phase::pending;
    else if (what == "failed")
        p.current_phase = phase::failed;
    else if (what == "missing")
        p.measured.reset();
    else
        REQUIRE(what == "ready");
    return p;
}

std::vector<process> processes_of(json::object const& v)
{
    std::vector<process> all;
    auto const& what = v.at("class").as_array();
    for (std::size_t i = 0; i < what.size(); ++i)
        all.push_back(process_of(json::value_to<std::string>(what[i]),
                                 v.at("requests_millicores").as_array().at(i),
                                 v.at("usages_millicores").as_array().at(i)));
    return all;
}

} // namespace

TEST_CASE("the platform's own cases", "[autoscale][vectors]")
{
    auto const all = vectors();
    REQUIRE(all.size() == 42 + 14);
    for (auto const& each : all) {
        auto const& v = each.as_object();
        auto const stage = json::value_to<std::string>(v.at("stage"));
        INFO(stage << ' ' << json::value_to<std::string>(v.at("name")));
        int const current = v.at("current").to_number<int>();
        rule limits{1, 1'000'000, v.at("target_percent").to_number<int>(), {}};
        state before;
        if (stage != "calc") {
            limits.min = v.at("min").to_number<int>();
            limits.max = v.at("max").to_number<int>();
        }
        if (stage == "cooldown" && v.contains("last_rescale_age_s") &&
            !v.at("last_rescale_age_s").is_null())
            before.last_rescale =
                t0 - std::chrono::seconds(v.at("last_rescale_age_s").to_number<int>());
        auto const d = decide(limits, {}, before, t0, current, {processes_of(v), std::nullopt});

        if (stage != "calc") {
            CHECK(d.wanted == v.at("expected").to_number<int>());
        } else if (v.at("expected").is_null()) {
            CHECK((d.why == condition::no_metrics || d.why == condition::no_request));
            CHECK(d.wanted == current);
        } else {
            REQUIRE(d.seen.raw);
            CHECK(*d.seen.raw == v.at("expected").to_number<int>());
            CHECK(d.seen.utilization == v.at("expected_utilization").to_number<int>());
        }
    }
}

namespace {

std::vector<process> processes_with_load(json::object const& v)
{
    if (v.contains("usages_millicores"))
        return processes_of(v);
    std::vector<process> all;
    for (auto const& what : v.at("class").as_array())
        all.push_back(process_of(json::value_to<std::string>(what), 1000, nullptr));
    return all;
}

// The levels and targets there are thousandths of queries; here they are whole requests.
std::optional<load> load_of(json::object const& v)
{
    if (v.at("levels").is_null())
        return std::nullopt;
    load sum{0, t0};
    for (auto const& level : v.at("levels").as_array())
        sum.requests_m += 1000 * number(level);
    return sum;
}

rule rule_of_case(json::object const& v)
{
    rule limits{1, 1'000'000, std::nullopt, v.at("target").to_number<int>()};
    if (v.contains("target_percent"))
        limits.percent = v.at("target_percent").to_number<int>();
    if (v.contains("min")) {
        limits.min = v.at("min").to_number<int>();
        limits.max = v.at("max").to_number<int>();
    }
    return limits;
}

} // namespace

TEST_CASE("the platform's own cases of an average value", "[autoscale][vectors]")
{
    auto const all = read("hpa_average_value.json");
    REQUIRE(all.size() == 13 + 9 + 13);
    for (auto const& each : all) {
        auto const& v = each.as_object();
        INFO(json::value_to<std::string>(v.at("name")));
        int const current = v.at("current").to_number<int>();
        int const expected = v.at("expected").to_number<int>();
        auto const requests = load_of(v);
        auto const d =
            decide(rule_of_case(v), {}, {}, t0, current, {processes_with_load(v), requests});
        if (v.at("stage").as_string() == "calc") {
            CHECK(d.seen.raw == expected);
            CHECK(d.seen.by_concurrency == expected);
            CHECK(d.seen.decided_by == metric::concurrency);
        } else {
            CHECK(d.wanted == expected);
        }
        if (v.contains("expected_each")) {
            REQUIRE(requests);
            auto const of_each = static_cast<double>(requests->requests_m) / 1000 / d.seen.ready;
            CHECK(std::ceil(of_each) == v.at("expected_each").to_number<double>());
        }
        if (v.contains("decided_by")) {
            auto const by = d.seen.decided_by ? std::string(to_string(*d.seen.decided_by)) : "";
            CHECK(by == (v.at("decided_by").is_null()
                             ? ""
                             : json::value_to<std::string>(v.at("decided_by"))));
        }
    }
}
