#include "supervisor/ctl/answer_reader.hpp"
#include "tests/fixtures/catch.hpp"

using ctl::answer_reader;

namespace {

constexpr char const* streamed = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "3\r\nabc\r\n10;ext=1\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\n";

} // namespace

TEST_CASE("An answer with a length is its body and no more")
{
    answer_reader r;
    r.feed("HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n");
    CHECK(r.complete());
    CHECK(r.status() == 404);
    CHECK(r.keep_alive());
    CHECK(r.take_body() == "hello");
    r.next();
    CHECK_FALSE(r.head_complete());
    r.feed("Content-Length: 0\r\nConnection: close\r\n\r\n");
    CHECK(r.complete());
    CHECK(r.status() == 200);
    CHECK_FALSE(r.keep_alive());
}

TEST_CASE("The body of a chunked answer is handed out as it comes")
{
    answer_reader r;
    r.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(r.head_complete());
    r.feed("4\r\nab\nc\r\n");
    CHECK(r.take_body() == "ab\nc");
    r.feed("3\r\nd");
    CHECK(r.take_body() == "d");
    r.feed("\ne\r\n");
    CHECK(r.take_body() == "\ne");
    CHECK(r.take_body().empty());
    CHECK_FALSE(r.complete());
    r.feed("0\r\n\r\n");
    CHECK(r.complete());
}

TEST_CASE("A chunked answer may come in any pieces")
{
    std::string_view const text = streamed;
    for (std::size_t size = 1; size <= text.size(); ++size) {
        answer_reader r;
        std::string body;
        for (std::size_t at = 0; at < text.size(); at += size) {
            r.feed(text.substr(at, size));
            body += r.take_body();
        }
        INFO("pieces of " << size);
        CHECK(r.complete());
        CHECK(body == "abc0123456789abcdef");
    }
}

TEST_CASE("A body may be longer than Beast allows by itself")
{
    constexpr std::size_t size = 9 << 20;
    auto const* const framing =
        GENERATE("Content-Length: 9437184\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n900000\r\n");
    answer_reader r;
    r.feed(std::string("HTTP/1.1 200 OK\r\n") + framing);
    r.feed(std::string(size, 'x'));
    CHECK_FALSE(r.broken());
    CHECK(r.take_body().size() == size);
}

TEST_CASE("A body without a length ends with the connection")
{
    answer_reader r;
    r.feed("HTTP/1.0 200 OK\r\n\r\nall of it");
    CHECK_FALSE(r.complete());
    r.end();
    CHECK(r.complete());
    CHECK(r.take_body() == "all of it");
    CHECK_FALSE(r.keep_alive());
}

TEST_CASE("An answer cut short is broken")
{
    std::string_view const text = streamed;
    for (std::size_t size = 0; size < text.size(); ++size) {
        answer_reader r;
        r.feed(text.substr(0, size));
        r.end();
        INFO("cut at " << size);
        CHECK(r.broken());
        CHECK_FALSE(r.complete());
    }
}

TEST_CASE("Text that is not HTTP is broken")
{
    auto const* const text = GENERATE(
        "hello\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
    answer_reader r;
    r.feed(text);
    CHECK(r.broken());
}

TEST_CASE("A head without an end is given up")
{
    answer_reader r;
    r.feed("HTTP/1.1 200 OK\r\n");
    r.feed(std::string(65 << 10, 'x'));
    CHECK(r.broken());
}

TEST_CASE("An answer of 100 Continue is passed over")
{
    answer_reader r;
    r.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    CHECK(r.complete());
    CHECK(r.status() == 204);
}

TEST_CASE("The bytes behind 101 Switching Protocols are left for that protocol")
{
    answer_reader r;
    r.feed("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\nframes");
    CHECK(r.complete());
    CHECK(r.status() == 101);
    CHECK(r.take_body().empty());
    CHECK(r.take_rest() == "frames");
    CHECK(r.take_rest().empty());
}
