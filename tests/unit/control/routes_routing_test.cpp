#include "supervisor/control/call_input.hpp"
#include "supervisor/control/router.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/control/fake_api.hpp"

#include <boost/json/parse.hpp>

using namespace procd::control;
namespace json = boost::json;

namespace {

struct world {
    boost::asio::io_context io;
    tests::fake_api api{io};
    procd::output::hub hub{io, {}};

    reply ask(std::string_view method, std::string_view target, std::string body = {})
    {
        http_request r;
        r.version(11);
        r.method_string({method.data(), method.size()});
        r.target({target.data(), target.size()});
        r.body() = std::move(body);
        return route(api, hub, r).answer;
    }
};

std::string problem_of(char const* body)
{
    auto const changes = parse_routing_body(json::parse(body));
    return changes ? "" : changes.error().detail;
}

} // namespace

TEST_CASE("a change of the routing names types and what is to be set", "[routing]")
{
    auto const changes = parse_routing_body(
        json::parse(R"({"web": {"paused": true}, "api": {"disabled": false, "paused": false}})"));
    REQUIRE(changes.has_value());
    CHECK(*changes ==
          std::vector<core::routing_change>{{"web", true, std::nullopt}, {"api", false, false}});
    for (auto const* const body : {"[]", "{}", "17", R"({"web": true})", R"({"web": {}})"})
        CHECK(problem_of(body).starts_with("the body must be an object like"));
    CHECK(problem_of(R"({"web": {"paused": 1}})") == "paused must be true or false");
    CHECK(problem_of(R"({"web": {"held": true}})") == "only paused and disabled are known here");
}

TEST_CASE("a list of front ports waits for the figures, for a second", "[routing]")
{
    world w;
    w.api.figures = false;
    auto const answer = w.ask("GET", "/v1/routing");
    auto const& awaited = std::get<awaited_reply>(answer);
    CHECK(awaited.patience == std::chrono::seconds(1));
    CHECK_FALSE(awaited.complete());
    CHECK(awaited.make().body.at_pointer("/0/in_flight").is_null());
    w.api.figures = true;
    CHECK(awaited.complete());
    CHECK(awaited.make().body.at_pointer("/0/in_flight") == 7);
    auto const one = w.ask("GET", "/v1/routing/web");
    CHECK(std::get<awaited_reply>(one).make().body.at("type") == "web");
    CHECK(std::get<json_reply>(w.ask("GET", "/v1/routing/wbe")).status == 404);
}

TEST_CASE("a change of the routing is waited for, for five seconds", "[routing]")
{
    world w;
    auto const answer = w.ask("PATCH", "/v1/routing", R"({"web": {"paused": true}})");
    auto const& goal = std::get<goal_reply>(answer);
    CHECK(goal.wait);
    CHECK(goal.timeout == std::chrono::seconds(5));
    CHECK(w.api.commands == std::vector<std::string>{"routing web pause"});
    CHECK(std::get<json_reply>(w.ask("PATCH", "/v1/routing", "{")).status == 400);
    CHECK(std::get<json_reply>(w.ask("PATCH", "/v1/routing", R"({"wbe": {"paused": true}})"))
              .status == 404);
    CHECK(w.api.commands.size() == 1);
}
