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
    CHECK(*kept_state_from_json(json::parse(json::serialize(to_json(s)))) == s);
    CHECK(*kept_state_from_json(to_json(kept_state{})) == kept_state{});
}

TEST_CASE("a foreign or damaged state is refused", "[state]")
{
    kept_state s;
    s.types["web"] = {1, 1, {}, autoscale::rule{1, 2, 50}, std::nullopt};
    auto const whole = json::serialize(to_json(s));
    auto const with = [&](std::string_view member, std::string_view value) {
        auto text = whole;
        auto const at = text.find(member);
        REQUIRE(at != std::string::npos);
        auto const begin = at + member.size();
        auto const end = text.find_first_of(",}", begin);
        text.replace(begin, end - begin, value);
        INFO(text);
        return kept_state_from_json(json::parse(text)).has_value();
    };
    CHECK(with("\"newest\":", "9"));
    CHECK(!with("\"release\":", "9"));
    CHECK(!with("\"release\":", "0"));
    CHECK(!with("\"format\":", "\"procd state 2\""));
    CHECK(!with("\"wanted\":", "-1"));
    CHECK(!with("\"wanted\":", "1000000"));
    CHECK(!with("\"wanted\":", "\"3\""));
    CHECK(!with("\"min\":", "0"));
    CHECK(!with("\"max\":", "0"));
    CHECK(!with("\"percent\":", "0"));
    for (auto const* text : {"{}", "[]", "17", "null", R"({"types": 3})"})
        CHECK(!kept_state_from_json(json::parse(text)).has_value());
}
