#include "supervisor/control/router.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/control/fake_api.hpp"

#include <boost/json/serialize.hpp>

namespace {

namespace http = boost::beast::http;

struct world {
    boost::asio::io_context io;
    tests::fake_api api{io};
    procd::output::hub hub{io, {}};
    procd::control::room_left room;

    procd::control::reply ask(std::string_view method, std::string_view target,
                              std::string body = {})
    {
        procd::control::http_request r;
        r.version(11);
        r.method_string({method.data(), method.size()});
        r.target({target.data(), target.size()});
        r.body() = std::move(body);
        return procd::control::route(api, hub, r, room).answer;
    }
    int status(std::string_view method, std::string_view target, std::string body = {})
    {
        auto const reply = ask(method, target, std::move(body));
        auto const* whole = std::get_if<procd::control::json_reply>(&reply);
        return whole ? whole->status : 0;
    }
    std::string text(std::string_view method, std::string_view target, std::string body = {})
    {
        auto const reply = ask(method, target, std::move(body));
        return boost::json::serialize(std::get<procd::control::json_reply>(reply).body);
    }
};

} // namespace

TEST_CASE("Some connections are never given to streams, and some of those not to waits")
{
    using procd::control::room_beside;
    auto const streams = GENERATE(0u, 100u, 239u, 240u);
    auto const waits = GENERATE(0u, 1u, 7u, 8u, 147u, 148u, 248u);
    auto const room = room_beside(256, streams, waits);
    CHECK(room.for_streams == (streams < 240));
    CHECK(room.for_waits == (streams + waits < 248));
    CHECK(room_beside(2, 1, 0).for_streams); // too few to keep one back
}

TEST_CASE("Without room a stream or a wait is refused before it changes anything")
{
    world w;
    w.room = {false, true};
    for (auto const* const path : {"/v1/logs", "/v1/logs?follow", "/v1/events?follow"})
        CHECK(w.status("GET", path) == 503);
    CHECK(w.status("POST", "/v1/processes/web.1/exec", R"({"command": ["true"]})") == 503);
    w.room = {false, false};
    auto const calls = w.api.commands.size();
    CHECK(w.status("PATCH", "/v1/formation", R"({"web": 3})") == 503);
    CHECK(w.status("GET", "/v1/wait?name=web") == 503);
    CHECK(w.status("POST", "/v1/processes/web/stop") == 503);
    CHECK(w.api.commands.size() == calls);
    CHECK(w.status("GET", "/v1/processes") == 200);
    CHECK(w.status("GET", "/v1/status") == 200);
    CHECK(std::holds_alternative<procd::control::goal_reply>(
        w.ask("PATCH", "/v1/formation?wait=false", R"({"web": 3})")));
    CHECK(std::holds_alternative<procd::control::shutdown_reply>(w.ask("POST", "/v1/shutdown")));
}

TEST_CASE("CPU and memory are measured unless they are left out")
{
    world w;
    auto const text = [&](char const* target) { return w.text("GET", target); };
    CHECK(text("/v1/processes").find("\"cpu_millicores\":null") == std::string::npos);
    CHECK(text("/v1/processes?usage=false").find("\"cpu_millicores\":null") != std::string::npos);
    CHECK(w.status("GET", "/v1/processes?usage=perhaps") == 400);
}

TEST_CASE("Facts are whole answers")
{
    world w;
    CHECK(w.status("GET", "/v1/status") == 200);
    CHECK(w.status("GET", "/v1/processes") == 200);
    CHECK(w.status("GET", "/v1/processes?type=web") == 200);
    CHECK(w.status("GET", "/v1/processes/web.1") == 200);
    CHECK(w.status("GET", "/v1/types") == 200);
    CHECK(w.status("GET", "/v1/types/web") == 200);
    CHECK(w.text("GET", "/v1/formation") == R"({"web":2,"worker":1})");
}

TEST_CASE("What is not there is 404")
{
    world w;
    auto const* const target = GENERATE(
        "/v1/processes?type=wbe", "/v1/processes/web.3", "/v1/processes/wbe", "/v1/types/wbe",
        "/v1/nothing", "/", "/v1", "/v1/wait?name=wbe", "/v1/logs?process=wbe", "/v2/status");
    INFO(target);
    CHECK(w.status("GET", target) == 404);
}

TEST_CASE("What is malformed is 400")
{
    world w;
    auto const* const target =
        GENERATE("/v1/processes/web", "/v1/wait", "/v1/wait?name=web&timeout_ms=x",
                 "/v1/logs?lines=-1", "/v1/logs?since=yesterday", "/v1/logs?follow=perhaps",
                 "/v1/status?x=1", "/v1/%zz", "status");
    INFO(target);
    CHECK(w.status("GET", target) == 400);
}

TEST_CASE("A method the path does not know is 405 and says which it does")
{
    world w;
    auto const reply = w.ask("PUT", "/v1/formation");
    auto const& whole = std::get<procd::control::json_reply>(reply);
    CHECK(whole.status == 405);
    CHECK(whole.allow == "GET, PATCH");
}

TEST_CASE("What later versions answer is 501")
{
    world w;
    CHECK(w.status("POST", "/v1/processes/web.1/attach") == 501);
    CHECK(w.status("GET", "/metrics") == 501);
}

TEST_CASE("Scaling takes an object or words, all or nothing")
{
    world w;
    CHECK(std::holds_alternative<procd::control::goal_reply>(
        w.ask("PATCH", "/v1/formation", R"({"web":"+1","worker":0})")));
    CHECK(w.api.counts == std::map<std::string, int>{{"web", 3}, {"worker", 0}});
    CHECK(std::holds_alternative<procd::control::goal_reply>(
        w.ask("PATCH", "/v1/formation", R"(["web-2","worker=2"])")));
    CHECK(w.api.counts == std::map<std::string, int>{{"web", 1}, {"worker", 2}});
    CHECK(w.status("PATCH", "/v1/formation", R"(["web=5","wbe=1"])") == 404);
    CHECK(w.status("PATCH", "/v1/formation", R"(["web=5","worker-9"])") == 422);
    CHECK(w.api.counts == std::map<std::string, int>{{"web", 1}, {"worker", 2}});
}

TEST_CASE("A bad body is 400")
{
    world w;
    auto const* const body = GENERATE("", "{", "[]", "{}", "3", R"(["web=x"])", R"({"web":"x"})",
                                      R"({"web":1.5})", R"({"a b":1})", R"([1])", "{} {}");
    INFO(body);
    CHECK(w.status("PATCH", "/v1/formation", body) == 400);
}

TEST_CASE("Commands name one process, a type, or several")
{
    world w;
    w.ask("DELETE", "/v1/processes/web.1");
    w.ask("POST", "/v1/processes/web/stop");
    w.ask("POST", "/v1/processes/web.1,worker/start");
    w.ask("POST", "/v1/restart");
    w.ask("POST", "/v1/restart?name=web.2,worker");
    w.ask("POST", "/v1/types/web/restart");
    CHECK(w.api.commands == std::vector<std::string>{"delete web.1", "stop web",
                                                     "start web.1 worker", "restart",
                                                     "restart web.2 worker", "restart web"});
    CHECK(w.status("POST", "/v1/processes/web.1,wbe/stop") == 404);
    CHECK(w.api.commands.size() == 6);
}

TEST_CASE("A signal goes to one process or to all of a type")
{
    world w;
    CHECK(w.text("POST", "/v1/processes/web/signal", R"({"signal":"HUP"})") ==
          R"({"signaled":["web.1","web.2"]})");
    CHECK(w.status("POST", "/v1/processes/web.1/signal", R"({"signal":9})") == 200);
    CHECK(w.status("POST", "/v1/processes/web.1/signal", R"({"signal":"NONE"})") == 400);
    CHECK(w.status("POST", "/v1/processes/web.1/signal", R"({"signal":99})") == 400);
    CHECK(w.status("POST", "/v1/processes/web.1/signal", "{}") == 400);
    CHECK(w.api.commands ==
          std::vector<std::string>{"signal web.1 1", "signal web.2 1", "signal web.1 9"});
}
