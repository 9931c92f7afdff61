#include "supervisor/front/response_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using namespace procd::front;

namespace {

std::string passed(std::string const& head, delivery const& to = {}, char const* method = "GET")
{
    auto const response = read_response(head, method);
    REQUIRE(response.has_value());
    std::string out = "before|";
    write_response(out, *response, head, to);
    REQUIRE(out.starts_with("before|"));
    return out.substr(7);
}

std::string const begin = "HTTP/1.1 200 OK\r\n", five = "Content-Length: 5\r\n";
std::string const chunked = "Transfer-Encoding: chunked\r\n";
std::string const via = "Via: 1.1 procd\r\n";
delivery const old_client{.client_version = 10, .keep_alive = false, .strip_chunking = true};

} // namespace

TEST_CASE("a response goes on as it was sent", "[response_writer]")
{
    CHECK(passed(begin + "server: x\r\n" + five +
                 "Set-Cookie:  a=b\r\nSet-Cookie: c\r\nVia: 1.1 y\r\n\r\n") ==
          begin + "server: x\r\n" + five + "Set-Cookie:  a=b\r\nSet-Cookie: c\r\nVia: 1.1 y\r\n" +
              via + "\r\n");
    CHECK(passed("HTTP/1.0 404 Not  Found\r\n" + five + "\r\n") ==
          "HTTP/1.1 404 Not  Found\r\n" + five + "Via: 1.0 procd\r\n\r\n");
    CHECK(passed("HTTP/1.1 503\r\n" + five + "\r\n") == "HTTP/1.1 503 \r\n" + five + via + "\r\n");
}

TEST_CASE("hop-by-hop fields of a response go no further", "[response_writer]")
{
    CHECK(passed(begin + five +
                 "Connection: close, X\r\nX: 1\r\nKeep-Alive: timeout=1\r\n"
                 "Proxy-Connection: close\r\nUpgrade: h2\r\nTE: x\r\n\r\n") ==
          begin + five + via + "\r\n");
}

TEST_CASE("the client learns whether its connection stays open", "[response_writer]")
{
    std::string const end = via + "\r\n", closing = via + "Connection: close\r\n\r\n";
    delivery const last{.keep_alive = false};
    CHECK(passed(begin + five + "\r\n") == begin + five + end);
    CHECK(passed(begin + five + "\r\n", last) == begin + five + closing);
    CHECK(passed(begin + "\r\n") == begin + closing); // the body ends with the connection
    CHECK(passed(begin + "\r\n", {}, "HEAD") == begin + end);
    CHECK(passed(begin + chunked + "\r\n") == begin + chunked + end);

    delivery const kept{.client_version = 10, .keep_alive = true};
    CHECK(passed(begin + five + "\r\n", kept) ==
          begin + five + via + "Connection: keep-alive\r\n\r\n");
    CHECK(passed(begin + five + "\r\n", old_client) == begin + five + closing);
}

TEST_CASE("an old client gets no chunks", "[response_writer]")
{
    std::string const closing = via + "Connection: close\r\n\r\n";
    CHECK(passed(begin + chunked + "Trailer: x\r\n\r\n", old_client) == begin + closing);
    CHECK(passed(begin + chunked + "\r\n", old_client, "HEAD") == begin + closing);
    CHECK_FALSE(can_keep_alive(read_response(begin + chunked + "\r\n", "GET").value(),
                               {.client_version = 10, .keep_alive = true}));
    CHECK_FALSE(can_keep_alive(read_response(begin + chunked + "\r\n", "GET").value(),
                               {.strip_chunking = true}));
}

TEST_CASE("an interim response says nothing about the connection", "[response_writer]")
{
    CHECK(passed("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", {.keep_alive = false}) ==
          "HTTP/1.1 103 Early Hints\r\nLink: x\r\n" + via + "\r\n");
    CHECK(passed("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n") ==
          "HTTP/1.1 100 Continue\r\n" + via + "\r\n");
}

TEST_CASE("a response without a body announces none", "[response_writer]")
{
    CHECK(passed("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n") ==
          "HTTP/1.1 204 No Content\r\n" + via + "\r\n");
    CHECK(passed("HTTP/1.1 304 Not Modified\r\n" + five + "\r\n") ==
          "HTTP/1.1 304 Not Modified\r\n" + five + via + "\r\n");
}

TEST_CASE("a switch to another protocol goes on", "[response_writer]")
{
    std::string const line = "HTTP/1.1 101 Switching Protocols\r\n", up = "Upgrade: websocket\r\n";
    CHECK(passed(line + up + "Connection: Upgrade\r\n\r\n", {.keep_alive = false}) ==
          line + up + via + "Connection: upgrade\r\n\r\n");
    std::string const required = "HTTP/1.1 426 Upgrade Required\r\n";
    CHECK(passed(required + five + up + "Connection: upgrade\r\n\r\n", {.keep_alive = false}) ==
          required + five + up + via + "Connection: upgrade, close\r\n\r\n");
}
