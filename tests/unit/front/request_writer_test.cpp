#include "supervisor/front/request_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using namespace procd::front;

namespace {

forwarding const stranger{.client = "192.0.2.7",
                          .trusted = false,
                          .port = 8080,
                          .request_id = "the-id",
                          .start_ms = 1234};

// The head that the app gets.
std::string passed(std::string const& head, forwarding const& with = stranger)
{
    auto const request = read_request(head);
    REQUIRE(request.has_value());
    std::string out = "before|";
    write_request(out, *request, head, with);
    REQUIRE(out.starts_with("before|"));
    return out.substr(7);
}

std::string const added = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n"
                          "X-Forwarded-Host: a\r\nX-Forwarded-Port: 8080\r\n"
                          "X-Request-Id: the-id\r\nX-Request-Start: t=1234\r\n";
std::string const via = "Via: 1.1 procd\r\n\r\n";
std::string const begin = "GET /b HTTP/1.1\r\nHost: a\r\n";

forwarding trusted()
{
    auto with = stranger;
    with.trusted = true;
    return with;
}

} // namespace

TEST_CASE("fields go on as they were sent, in their order", "[request_writer]")
{
    CHECK(
        passed("GET /b HTTP/1.1\r\nx-A:  1 \r\nHost: a\r\nX-b:2\r\nx-A: 3\r\nVia: 1.0 x\r\n\r\n") ==
        "GET /b HTTP/1.1\r\nx-A:  1 \r\nHost: a\r\nX-b:2\r\nx-A: 3\r\nVia: 1.0 x\r\n" + added +
            via);
    CHECK(passed("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n") == begin + added + via);
    CHECK(passed("GET /b HTTP/1.0\r\nHost: a\r\n\r\n") == begin + added + "Via: 1.0 procd\r\n\r\n");
}

TEST_CASE("hop-by-hop fields and those that Connection names go no further", "[request_writer]")
{
    CHECK(passed(begin +
                 "Connection: keep-alive, X-Own\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n"
                 "Proxy-Connection: keep-alive\r\nx-own: 1\r\nConnection: Y\r\ny: 2\r\n"
                 "Trailer: z\r\nUpgrade: websocket\r\n\r\n") ==
          begin + "Trailer: z\r\n" + added + via);
    // Nobody can have a field removed that the router adds.
    CHECK(passed(begin + "Connection: X-Forwarded-For, X-Request-Id, Via\r\n\r\n") ==
          begin + added + via);
}

TEST_CASE("an upgrade goes on as one", "[request_writer]")
{
    CHECK(passed(begin + "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n") ==
          begin + "Upgrade: websocket\r\nConnection: upgrade\r\n" + added + via);
    CHECK(passed(begin + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                         "HTTP2-Settings: AAMAAABk\r\n\r\n") == begin + added + via);
}

TEST_CASE("the framing goes on in its plainest form", "[request_writer]")
{
    CHECK(passed(begin + "content-length:   007 \r\n\r\n") ==
          begin + "content-length: 007\r\n" + added + via);
    CHECK(passed(begin + "Transfer-Encoding:   CHUNKED  \r\n\r\n") ==
          begin + "Transfer-Encoding: chunked\r\n" + added + via);
}

TEST_CASE("Expect goes on for HTTP/1.1 alone", "[request_writer]")
{
    CHECK(passed(begin + "Expect: 100-continue\r\n\r\n") ==
          begin + "Expect: 100-continue\r\n" + added + via);
    CHECK(passed("GET /b HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n") ==
          begin + added + "Via: 1.0 procd\r\n\r\n");
}

TEST_CASE("what a stranger claims about its address is dropped", "[request_writer]")
{
    CHECK(passed(begin + "X-Forwarded-For: 10.0.0.1\r\nx-forwarded-proto: https\r\n"
                         "X-Forwarded-Host: b\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Ssl: on\r\n"
                         "X_Forwarded_For: 10.0.0.1\r\nX-Forwarded_Proto: https\r\n"
                         "Forwarded: for=10.0.0.1\r\nX-Request-Start: t=1\r\n"
                         "X-Request-Id: 0123456789abcdef0123\r\n\r\n") == begin + added + via);
}

TEST_CASE("what a trusted peer says about the client is kept", "[request_writer]")
{
    std::string const rest = "X-Request-Id: the-id\r\nX-Request-Start: t=1234\r\n" + via;
    CHECK(passed(begin + "\r\n", trusted()) == begin + added + via);
    CHECK(passed(begin +
                     "X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\nX-Forwarded-Proto: https\r\n"
                     "X-Forwarded-Host: b\r\nX-Forwarded-Port: 443\r\nX-Forwarded-For: 10.0.0.3\r\n"
                     "Forwarded: for=10.0.0.1\r\n\r\n",
                 trusted()) ==
          begin +
              "X-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\nX-Forwarded-Port: 443\r\n"
              "Forwarded: for=10.0.0.1\r\n"
              "X-Forwarded-For: 10.0.0.1, 10.0.0.2, 10.0.0.3, 192.0.2.7\r\n" +
              rest);
    // The peer of a Unix socket has neither an address nor a port.
    auto with = trusted();
    with.client.clear();
    with.port = 0;
    std::string const plain = "X-Forwarded-Proto: http\r\nX-Forwarded-Host: a\r\n";
    CHECK(passed(begin + "\r\n", with) == begin + plain + rest);
    CHECK(passed(begin + "X-Forwarded-For: 10.0.0.1\r\n\r\n", with) ==
          begin + "X-Forwarded-For: 10.0.0.1\r\n" + plain + rest);
}
