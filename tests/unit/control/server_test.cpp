#include "supervisor/control/server.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/control/serving.hpp"

#include <algorithm>
#include <unistd.h>

using namespace std::chrono_literals;
using tests::serving;

namespace {

bool has(std::string const& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

constexpr char const* status_request = "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n";

} // namespace

TEST_CASE("Requests on one connection are answered in order")
{
    serving s;
    auto c = s.connect();
    c.send(std::string(status_request) + "GET /v1/formation HTTP/1.1\r\nHost: x\r\n\r\n" +
           "GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    auto const all = c.read_all();
    auto const first = all.find("\"app\":\"shop\""), second = all.find("{\"web\":2,\"worker\":1}"),
               third = all.find("HTTP/1.1 404");
    CHECK(first < second);
    CHECK(second < third);
    CHECK(third != std::string::npos);
}

TEST_CASE("The answer to HEAD has no body")
{
    serving s;
    auto c = s.connect();
    c.send("HEAD /v1/status HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(status_request));
    auto const head = c.read_to("\r\n\r\n");
    CHECK(has(head, "HTTP/1.1 405"));
    CHECK(has(head, "Allow: GET"));
    CHECK(has(c.read_to("\r\n"), "HTTP/1.1 200"));
}

TEST_CASE("A request may come a byte at a time")
{
    serving s;
    auto c = s.connect();
    for (char const byte : std::string_view(status_request))
        c.send({&byte, 1});
    CHECK(has(c.read_to("\r\n"), "200 OK"));
}

TEST_CASE("A removed socket is made again, and connected clients notice nothing")
{
    using procd::control::server;
    serving s;
    auto before = s.connect();
    before.send(status_request);
    CHECK(has(before.read_to("\r\n"), "200 OK"));
    CHECK(s.listen_again() == server::listening::as_before);
    for (int time = 0; time < 3; ++time) {
        REQUIRE(::unlink(s.path().c_str()) == 0);
        CHECK(s.listen_again() == server::listening::anew);
        CHECK(s.listen_again() == server::listening::as_before);
        auto after = s.connect();
        after.send(status_request);
        CHECK(has(after.read_to("\r\n"), "200 OK"));
    }
    before.send(status_request);
    CHECK(has(before.read_to("HTTP/1.1"), "}"));
    s.close();
    CHECK(::access(s.path().c_str(), F_OK) != 0);
}

TEST_CASE("A request that does not arrive in time is refused")
{
    procd::control::server_options o;
    o.request_timeout = 1ms;
    serving s(o);
    auto c = s.connect();
    c.send("GET /v1/status HTTP/1.1\r\nHo");
    CHECK(has(c.read_all(), "HTTP/1.1 408"));
    CHECK(s.settles_at(0));
}

TEST_CASE("A head and a body that are too large are refused")
{
    serving s;
    auto head = s.connect();
    head.send("GET /v1/status HTTP/1.1\r\nX: " + std::string(70 << 10, 'x'));
    CHECK(has(head.read_to("\r\n"), "431"));
    auto body = s.connect();
    body.send("PATCH /v1/formation HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n");
    CHECK(has(body.read_to("\r\n"), "413"));
}

TEST_CASE("What is no HTTP is refused")
{
    serving s;
    auto c = s.connect();
    c.send(std::string("\0\x01garbage\r\n\r\n", 13));
    CHECK(has(c.read_to("\r\n"), "400"));
}

TEST_CASE("A command that waits tells how it goes, and ends when it is done")
{
    serving s;
    s.on_server([&] { return s.api.ready = false; });
    auto c = s.connect();
    c.send("PATCH /v1/formation HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
           "12\r\n\r\n{\"worker\":3}");
    CHECK(has(c.read_to("\"0 of 3 up\""), "\"done\":false"));
    s.on_server([&] {
        s.api.ready = true;
        s.api.notify();
        return 0;
    });
    auto const rest = c.read_all();
    CHECK(has(rest, "\"done\":true,\"ok\":true"));
    CHECK(has(rest, "0\r\n\r\n"));
}

TEST_CASE("A wait ends at its timeout")
{
    serving s;
    s.on_server([&] { return s.api.ready = false; });
    auto const answer = s.ask("GET", "/v1/wait?name=web&timeout_ms=1");
    CHECK(has(answer,
              "\"done\":true,\"ok\":false,\"message\":\"web was not ready in time: 0 of 3 up\""));
}

TEST_CASE("A wait goes on through changes that do not concern it, up to its timeout")
{
    serving s;
    s.on_server([&] { return s.api.ready = false; });
    auto c = s.connect();
    c.send("GET /v1/wait?name=web&timeout_ms=300 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    c.read_to("\"0 of 3 up\"");
    for (int i = 0; i < 100; ++i)
        s.on_server([&] {
            s.api.notify();
            return 0;
        });
    CHECK(has(c.read_all(), "web was not ready in time"));
}

TEST_CASE("An answer waits for the figures of the router")
{
    serving s;
    s.on_server([&] { return s.api.figures = false; });
    auto c = s.connect();
    c.send("GET /v1/routing/web HTTP/1.1\r\nHost: x\r\n\r\n");
    s.on_server([&] {
        s.api.notify(); // of something else
        return 0;
    });
    s.on_server([&] {
        s.api.figures = true;
        s.api.notify();
        return 0;
    });
    CHECK(has(c.read_to("}"), "\"in_flight\":7"));
}

TEST_CASE("Figures that do not come are left out, and a client that leaves does not matter")
{
    serving s;
    s.on_server([&] { return s.api.figures = false; });
    {
        auto gone = s.connect();
        gone.send("GET /v1/routing HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    auto const answer = s.ask("GET", "/v1/routing");
    CHECK(has(answer, "200 OK"));
    CHECK(has(answer, "\"in_flight\":null"));
    CHECK(s.settles_at(0));
}

TEST_CASE("The end of the server cuts the wait for figures short")
{
    serving s;
    s.on_server([&] { return s.api.figures = false; });
    auto c = s.connect();
    c.send("GET /v1/routing HTTP/1.1\r\nHost: x\r\n\r\n");
    s.settles_at(1);
    s.close();
    CHECK_NOTHROW(c.read_all());
}

TEST_CASE("A client that leaves while it waits is forgotten")
{
    serving s;
    s.on_server([&] { return s.api.ready = false; });
    for (char const* target :
         {"/v1/wait?name=web", "/v1/logs?follow=true", "/v1/events?follow=true"}) {
        auto c = s.connect();
        c.send(std::string("GET ") + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        c.read_to("\r\n\r\n");
        CHECK(s.connections() == 1);
        c.close();
        CHECK(s.settles_at(0));
    }
}

TEST_CASE("Followers of events get what was and what comes")
{
    serving s;
    s.on_server([&] {
        s.events().publish("started", "web.1", "one");
        return 0;
    });
    auto c = s.connect();
    c.send("GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(has(c.read_to("\"one\""), "\"seq\":1"));
    s.on_server([&] {
        s.events().publish("exited", "web.1", "two");
        return 0;
    });
    CHECK(has(c.read_to("\"two\""), "\"seq\":2"));
    s.close();
    CHECK(has(c.read_all(), "0\r\n\r\n"));
}

TEST_CASE("A follower of logs is answered before there is a record")
{
    serving s;
    auto c = s.connect();
    c.send("GET /v1/logs?follow=true HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(has(c.read_to("\r\n\r\n"), "200 OK"));
    s.on_server([&] {
        s.hub().system("the first");
        return 0;
    });
    CHECK(has(c.read_to("the first"), "\"seq\":1"));
    s.close();
    CHECK(has(c.read_all(), "0\r\n\r\n"));
}

TEST_CASE("With files=true the end of the past is told, before there is a later record")
{
    serving s;
    std::string const past_end = "{\"past\":\"end\"}\n";
    for (std::string const follow : {"", "&follow=true"}) {
        auto c = s.connect();
        c.send("GET /v1/logs?files=true" + follow +
               " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        CHECK(has(c.read_to("\"processes\":["), "\"log_files\":"));
        auto const past = c.read_to(past_end);
        CHECK(has(past, past_end));
        CHECK(has(past, "the first") == !follow.empty());
        s.on_server([&] {
            s.hub().system("the first");
            return 0;
        });
        if (follow.empty())
            CHECK_FALSE(has(c.read_all(), "the first"));
        else
            CHECK(has(c.read_to("the first"), "\"seq\":2"));
    }
    CHECK_FALSE(has(s.ask("GET", "/v1/logs"), "\"past\""));
}

TEST_CASE("A client that does not take its answer is cut off, and one that follows is not")
{
    procd::control::server_options o;
    o.request_timeout = 50ms;
    serving s(o);
    s.on_server([&] {
        for (int i = 0; i < 2000; ++i)
            s.hub().system(std::string(1000, 'x'));
        return 0;
    });
    auto follows = s.connect(), asks = s.connect();
    follows.send("GET /v1/logs?lines=1000000&follow=true HTTP/1.1\r\nHost: x\r\n\r\n");
    asks.send("GET /v1/logs?lines=1000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(has(follows.read_to("\r\n\r\n"), "200 OK"));
    CHECK(has(asks.read_to("\r\n\r\n"), "200 OK"));
    CHECK(s.settles_at(1));
    s.on_server([&] {
        s.hub().system("the last");
        return 0;
    });
    CHECK(has(follows.read_to("the last"), "the last"));
    CHECK_FALSE(has(asks.read_all(), "\r\n0\r\n\r\n"));
}

TEST_CASE("The longest idle connection makes room for a new one")
{
    procd::control::server_options o;
    o.max_connections = 3;
    serving s(o);
    std::vector<tests::connection> kept;
    for (int i = 0; i < 3; ++i) {
        kept.push_back(s.connect());
        kept.back().send(status_request);
        kept.back().read_to("}}\n");
    }
    CHECK(has(s.ask("GET", "/v1/status"), "200 OK"));
    CHECK(kept[0].read_all().empty());
    kept[2].send(status_request);
    CHECK(has(kept[2].read_to("}}\n"), "200 OK"));
}

TEST_CASE("When all connections are busy a new one is told so")
{
    procd::control::server_options o;
    o.max_connections = 2;
    serving s(o);
    std::vector<tests::connection> followers;
    for (int i = 0; i < 2; ++i) {
        followers.push_back(s.connect());
        followers.back().send("GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\n\r\n");
        followers.back().read_to("\r\n\r\n");
    }
    auto late = s.connect();
    CHECK(has(late.read_all(), "HTTP/1.1 503"));
}

TEST_CASE("Three hundred connections leave nothing behind")
{
    serving s;
    std::vector<tests::connection> all;
    for (int i = 0; i < 300; ++i) {
        all.push_back(s.connect());
        all.back().send(status_request);
        all.back().read_to("}}\n");
    }
    CHECK(s.connections() == 256);
    all.clear();
    CHECK(s.settles_at(0));
    CHECK(has(s.ask("GET", "/v1/status"), "200 OK"));
}

TEST_CASE("Shutdown is answered when it is done")
{
    serving s;
    auto c = s.connect();
    c.send("POST /v1/shutdown HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
           "0\r\n\r\n");
    c.read_to("\"stopping\"");
    s.close();
    CHECK(has(c.read_all(), "\"done\":true,\"ok\":true,\"message\":\"stopped\""));
    CHECK(s.api.commands == std::vector<std::string>{"shutdown"});
}

TEST_CASE("A command that is waited for when the server closes is told so")
{
    serving s;
    s.on_server([&] { return s.api.ready = false; });
    auto c = s.connect();
    c.send("GET /v1/wait?name=web HTTP/1.1\r\nHost: x\r\n\r\n");
    c.read_to("\"0 of 3 up\"");
    s.close();
    CHECK(has(c.read_all(), "\"ok\":false,\"message\":\"procd is shutting down\""));
}

TEST_CASE("HTTP/1.0 is answered without chunks")
{
    serving s;
    auto c = s.connect();
    c.send("GET /v1/wait?name=web HTTP/1.0\r\n\r\n");
    auto const all = c.read_all();
    CHECK_FALSE(has(all, "chunked"));
    CHECK(has(all, "\r\n\r\n{\"done\":true"));
}
