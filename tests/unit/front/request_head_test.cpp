#include "supervisor/front/request_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using namespace procd::front;

namespace {

request_head read(std::string const& line, std::string const& fields = "")
{
    auto const head = read_request(line + "\r\nHost: Shop.localhost:8080\r\n" + fields + "\r\n");
    REQUIRE(head.has_value());
    return *head;
}

} // namespace

TEST_CASE("a request has a method, a target and a host", "[request_head]")
{
    auto const head = read("DELETE /a/b?c=d&e HTTP/1.1");
    CHECK(head.method == "DELETE");
    CHECK(head.target == "/a/b?c=d&e");
    CHECK(head.host == "Shop.localhost:8080");
    CHECK(head.version == 11);
    CHECK(head.body == framing{});
    CHECK_FALSE(head.expects_continue);
    CHECK_FALSE(head.upgrades);
    CHECK(head.request_id.empty());
    CHECK(read("GET / HTTP/1.0").version == 10);
}

TEST_CASE("an absolute target is read as its path", "[request_head]")
{
    CHECK(read("GET http://shop.localhost:8080/a?b HTTP/1.1").target == "/a?b");
    CHECK(read("GET http://shop.localhost:8080 HTTP/1.1").target == "/");
    CHECK(read("GET http://shop.localhost:8080?b HTTP/1.1").target == "/?b");
    CHECK(read("OPTIONS http://shop.localhost:8080 HTTP/1.1").target == "*");
    CHECK(read("OPTIONS http://shop.localhost:8080/ HTTP/1.1").target == "/");
    CHECK(read("OPTIONS * HTTP/1.1").target == "*");
}

TEST_CASE("the version and Connection tell whether a client's connection stays", "[request_head]")
{
    struct {
        char const* fields;
        bool with_11, with_10;
    } const cases[] = {
        {"", true, false},
        {"Connection: keep-alive\r\n", true, true},
        {"Connection: Keep-Alive\r\n", true, true},
        {"Connection: close\r\n", false, false},
        {"Connection: x, CLOSE\r\n", false, false},
        {"Connection: keep-alive\r\nConnection: close\r\n", false, false},
        {"Connection: close\r\nConnection: keep-alive\r\n", false, false},
        {"Keep-Alive: timeout=5\r\n", true, false},
        {"Proxy-Connection: close\r\n", true, false},
    };
    for (auto const& each : cases) {
        INFO(each.fields);
        CHECK(read("GET / HTTP/1.1", each.fields).keep_alive == each.with_11);
        CHECK(read("GET / HTTP/1.0", each.fields).keep_alive == each.with_10);
    }
}

TEST_CASE("an upgrade is one of HTTP/1.1 without a body, and never h2c", "[request_head]")
{
    std::string const line = "GET / HTTP/1.1", up = "Connection: keep-alive, Upgrade\r\n";
    CHECK(read(line, up + "Upgrade: websocket\r\n").upgrades);
    CHECK(read(line, up + "Upgrade: websocket\r\nContent-Length: 0\r\n").upgrades);
    CHECK(read(line, up + "Upgrade: a/1\r\nUpgrade: b\r\n").upgrades);
    CHECK_FALSE(read(line, up).upgrades);
    CHECK_FALSE(read(line, up + "Upgrade:\r\n").upgrades);
    CHECK_FALSE(read(line, "Upgrade: websocket\r\n").upgrades);
    CHECK_FALSE(read("GET / HTTP/1.0", up + "Upgrade: websocket\r\n").upgrades);
    CHECK_FALSE(read(line, up + "Upgrade: websocket\r\nContent-Length: 1\r\n").upgrades);
    CHECK_FALSE(read(line, up + "Upgrade: websocket\r\nTransfer-Encoding: chunked\r\n").upgrades);
    CHECK_FALSE(read(line, up + "Upgrade: H2C\r\n").upgrades);
    CHECK_FALSE(read(line, up + "Upgrade: h2c, websocket\r\n").upgrades);
    CHECK_FALSE(read(line, up + "Upgrade: websocket\r\nUpgrade: h2c\r\n").upgrades);
}

TEST_CASE("a client of HTTP/1.1 may expect a 100", "[request_head]")
{
    CHECK(read("PUT / HTTP/1.1", "Expect: 100-Continue\r\n").expects_continue);
    CHECK_FALSE(read("PUT / HTTP/1.0", "Expect: 100-continue\r\n").expects_continue);
    CHECK_FALSE(read("PUT / HTTP/1.1", "Expect: other\r\n").expects_continue);
    // The field goes no further, so the app will not answer it.
    CHECK_FALSE(
        read("PUT / HTTP/1.1", "Expect: 100-continue\r\nConnection: expect\r\n").expects_continue);
}

TEST_CASE("a request keeps its own identifier if it is acceptable", "[request_head]")
{
    std::string const id = "0123456789abcdef0123";
    CHECK(read("GET / HTTP/1.1", "X-Request-Id: " + id + "\r\n").request_id == id);
    CHECK(read("GET / HTTP/1.1", "X-Request-Id: short\r\n").request_id.empty());
    for (int count = 2; count < 5; ++count) {
        std::string fields;
        for (int i = 0; i < count; ++i)
            fields += "X-Request-Id: " + id + "\r\n";
        CHECK(read("GET / HTTP/1.1", fields).request_id.empty());
    }
}

TEST_CASE("some methods may be sent a second time", "[request_head]")
{
    for (char const* const method : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
        CHECK(is_idempotent(method));
    for (char const* const method : {"POST", "PATCH", "CONNECT", "LOCK", "get", ""})
        CHECK_FALSE(is_idempotent(method));
}

TEST_CASE("a refusal can be thrown", "[request_head]")
{
    CHECK_THROWS_WITH(read_request("GET / HTTP/1.1\r\n\r\n").value(), "no Host field");
}
