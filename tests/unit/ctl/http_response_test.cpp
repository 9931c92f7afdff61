#include "supervisor/ctl/http_response.hpp"
#include "tests/fixtures/catch.hpp"

using ctl::http_response;

namespace {

constexpr char const* streamed = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "3\r\nabc\r\n10;ext=1\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\n";

} // namespace

TEST_CASE("A response with a length is its body and no more")
{
    http_response r;
    r.feed("HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n");
    CHECK(r.done());
    CHECK(r.status() == 404);
    CHECK(r.take_body() == "hello");
    r.next();
    CHECK_FALSE(r.head_done());
    r.feed("Content-Length: 0\r\nConnection: close\r\n\r\n");
    CHECK(r.done());
    CHECK(r.status() == 200);
    CHECK_FALSE(r.keep_alive());
}

TEST_CASE("A chunked response may come in any pieces")
{
    std::string_view const text = streamed;
    for (std::size_t size = 1; size <= text.size(); ++size) {
        http_response r;
        std::string body;
        for (std::size_t at = 0; at < text.size(); at += size) {
            r.feed(text.substr(at, size));
            body += r.take_body();
        }
        INFO("pieces of " << size);
        CHECK(r.done());
        CHECK(body == "abc0123456789abcdef");
    }
}

TEST_CASE("A body without a length ends with the connection")
{
    http_response r;
    r.feed("HTTP/1.0 200 OK\r\n\r\nall of it");
    CHECK_FALSE(r.done());
    r.end();
    CHECK(r.done());
    CHECK(r.take_body() == "all of it");
    CHECK_FALSE(r.keep_alive());
}

TEST_CASE("A response cut short is broken")
{
    std::string_view const text = streamed;
    for (std::size_t size = 0; size < text.size(); ++size) {
        http_response r;
        r.feed(text.substr(0, size));
        r.end();
        INFO("cut at " << size);
        CHECK(r.broken());
        CHECK_FALSE(r.head_done());
    }
}

TEST_CASE("What is no HTTP is broken")
{
    auto const* const text = GENERATE(
        "hello\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
    http_response r;
    r.feed(text);
    CHECK(r.broken());
}

TEST_CASE("A head without an end is given up")
{
    http_response r;
    r.feed("HTTP/1.1 200 OK\r\n");
    r.feed(std::string(65 << 10, 'x'));
    CHECK(r.broken());
}

TEST_CASE("100 Continue is passed over")
{
    http_response r;
    r.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    CHECK(r.done());
    CHECK(r.status() == 204);
}
