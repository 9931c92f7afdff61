#include "supervisor/core/kept_state.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace core;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("the state comes back from the disk as it was", "[state]")
{
    kept_state s;
    s.release = 3;
    s.newest = 4;
    s.read = 2;
    s.formation = "web=2";
    s.types["web"] = {5, 2, {2, 4}, autoscale::rule{1, 8, 75}, wall_time(1'795'419'000'250ms)};
    s.types["worker"] = {};
    s.types["api"].routing = {true, false};
    s.types["admin"].routing = {false, true};
    auto const read = *kept_state_from_json(json::parse(json::serialize(to_json(s))));
    CHECK(read.state == s);
    CHECK(read.notes.empty());
    CHECK(kept_state_from_json(to_json(kept_state{}))->state == kept_state{});
}

TEST_CASE("a state from before there were front ports is read as open", "[state]")
{
    kept_state s;
    s.types["web"] = {};
    auto const v = to_json(s);
    CHECK_FALSE(v.at_pointer("/types/web").as_object().contains("routing"));
    auto const read = kept_state_from_json(v);
    CHECK(read->notes.empty());
    CHECK(read->state.types.at("web").routing == routing{});
}

TEST_CASE("each kind of rule is kept, and one of an older procd is read", "[state]")
{
    for (auto const& rule : {autoscale::rule{1, 8, 75, {}}, autoscale::rule{1, 8, {}, 10},
                             autoscale::rule{1, 8, 75, 10}}) {
        kept_state s;
        s.types["web"].rule = rule;
        auto const read = *kept_state_from_json(json::parse(json::serialize(to_json(s))));
        CHECK(read.state == s);
        CHECK(read.notes.empty());
    }
    kept_state s;
    s.types["web"].rule = autoscale::rule{1, 8, 75, {}};
    auto const text = json::serialize(to_json(s));
    CHECK(text.find(R"("autoscale":{"min":1,"max":8,"percent":75})") != std::string::npos);
}

TEST_CASE("a foreign state is refused", "[state]")
{
    for (auto const* text : {"{}", "[]", "17", "null", R"({"types": 3})", R"({"format": 1})",
                             R"({"format": "procd state 2"})"})
        CHECK(!kept_state_from_json(json::parse(text)).has_value());
}

namespace {

kept_state whole()
{
    kept_state s;
    s.release = 3;
    s.newest = 4;
    s.read = 2;
    s.formation = "web=2";
    s.types["web"] = {5, 2, {2, 4}, autoscale::rule{1, 8, 75}, wall_time(1'795'419'000'250ms)};
    s.types["worker"] = {3, 1, {}, {}, {}};
    s.types["web"].routing = {true, true};
    return s;
}

// The state with one value replaced: what is read of it, and what it should be.
struct damage {
    char const *pointer, *value;
    void (*change)(kept_state& expected);
};

} // namespace

TEST_CASE("a bad value of the state costs that value alone, and is named", "[state]")
{
    auto const d = GENERATE(
        damage{"/release", "0", [](kept_state& s) { s.release = 0; }},
        damage{"/release", "9", [](kept_state& s) { s.release = 0; }},
        damage{"/newest", "\"x\"", [](kept_state& s) { s.newest = 0; }},
        damage{"/newest", "2147483647", [](kept_state& s) { s.newest = 0; }},
        damage{"/read", "-1", [](kept_state& s) { s.read = 0; }},
        damage{"/read", "2.5", [](kept_state& s) { s.read = 0; }},
        damage{"/formation", "7",
               [](kept_state& s) {
                   s.formation.reset();
                   s.formation_lost = true;
               }},
        damage{"/types", "[]", [](kept_state& s) { s.types.clear(); }},
        damage{"/types/web", "1", [](kept_state& s) { s.types.erase("web"); }},
        damage{"/types/web/wanted", "-1",
               [](kept_state& s) {
                   s.types["web"].wanted = 0;
                   s.types["web"].lost.count = true;
               }},
        damage{"/types/worker/wanted", "1000000",
               [](kept_state& s) {
                   s.types["worker"].wanted = 0;
                   s.types["worker"].lost.count = true;
               }},
        damage{"/types/web/release", "null", [](kept_state& s) { s.types["web"].release = 0; }},
        damage{"/types/web/held", "{}", [](kept_state& s) { s.types["web"].held.clear(); }},
        damage{"/types/web/held/0", "\"2\"", [](kept_state& s) { s.types["web"].held = {4}; }},
        damage{"/types/web/autoscale/min", "0",
               [](kept_state& s) {
                   s.types["web"].rule.reset();
                   s.types["web"].lost.rule = true;
               }},
        damage{"/types/web/autoscale/max", "0",
               [](kept_state& s) {
                   s.types["web"].rule.reset();
                   s.types["web"].lost.rule = true;
               }},
        damage{"/types/web/autoscale/percent", "\"75\"",
               [](kept_state& s) {
                   s.types["web"].rule.reset();
                   s.types["web"].lost.rule = true;
               }},
        damage{"/types/web/autoscale", R"({"min": 1, "max": 8, "percent": 75, "concurrency": 0})",
               [](kept_state& s) {
                   s.types["web"].rule.reset();
                   s.types["web"].lost.rule = true;
               }},
        damage{"/types/web/autoscale", R"({"min": 1, "max": 8})",
               [](kept_state& s) {
                   s.types["web"].rule.reset();
                   s.types["web"].lost.rule = true;
               }},
        damage{"/types/worker/autoscale", "true",
               [](kept_state& s) { s.types["worker"].lost.rule = true; }},
        damage{"/types/web/last_rescale", "\"soon\"",
               [](kept_state& s) { s.types["web"].last_rescale.reset(); }},
        damage{"/types/web/routing", "true", [](kept_state& s) { s.types["web"].routing = {}; }},
        damage{"/types/web/routing/disabled", "1",
               [](kept_state& s) { s.types["web"].routing = {}; }});
    auto v = to_json(whole());
    v.at_pointer(d.pointer) = json::parse(d.value);
    INFO(d.pointer << " = " << d.value);
    auto const read = kept_state_from_json(v);
    REQUIRE(read.has_value());
    auto expected = whole();
    d.change(expected);
    CHECK(read->state == expected);
    CHECK(read->notes.size() == 1);
}

TEST_CASE("numbers that were lost are found again from the releases on the disk", "[state]")
{
    auto const repaired = [](int release, int newest, int read, std::set<int> const& usable,
                             int highest) {
        kept_state s;
        s.release = release;
        s.newest = newest;
        s.read = read;
        s.types["web"].release = 0;
        repair_numbers(s, usable, highest);
        CHECK(s.types["web"].release == s.release);
        return std::vector{s.release, s.newest, s.read};
    };
    CHECK(repaired(3, 4, 2, {1, 2, 3, 4}, 4) == std::vector{3, 4, 2});
    CHECK(repaired(3, 0, 2, {1, 2, 3}, 5) == std::vector{3, 5, 2});
    CHECK(repaired(7, 0, 2, {}, 0) == std::vector{7, 7, 2});
    CHECK(repaired(0, 4, 2, {1, 3, 9}, 9) == std::vector{3, 4, 2}); // 9 is of another time
    CHECK(repaired(3, 4, 0, {3}, 4) == std::vector{3, 4, 3});
    CHECK(repaired(0, 0, 0, {2}, 3) == std::vector{2, 3, 2});
    CHECK(repaired(0, 0, 0, {}, 0) == std::vector{1, 1, 1});
}
