#include "supervisor/front/body.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::front;
using kind = framing::kind;

namespace {

struct reading {
    std::string raw, payload;
    bool done = false, bad = false;
    bool operator==(reading const&) const = default;
};

// Feeds the bytes in pieces of this size.
reading fed(framing const& by, std::string_view bytes, std::size_t piece)
{
    body_scanner scanner(by), decoder(by);
    reading found;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        auto const part = bytes.substr(at, piece);
        auto const used = scanner.feed(part);
        CHECK(decoder.decode(part, found.payload) == used);
        CHECK(decoder.done() == scanner.done());
        CHECK(decoder.bad() == scanner.bad());
        found.raw += part.substr(0, used);
    }
    found.done = scanner.done();
    found.bad = scanner.bad();
    return found;
}

} // namespace

TEST_CASE("a message without a body is done at once", "[body]")
{
    for (auto const& by : {framing{}, framing{kind::length, 0}}) {
        body_scanner body(by);
        CHECK(body.done());
        CHECK(body.feed("GET / HTTP/1.1\r\n") == 0);
        body.end();
        CHECK_FALSE(body.bad());
    }
    CHECK(body_scanner().done());
}

TEST_CASE("a body ends where its framing says, in pieces of any size", "[body]")
{
    std::string const chunks = "5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n";
    for (std::size_t piece = 1; piece <= 40; ++piece) {
        CAPTURE(piece);
        CHECK(fed({kind::length, 5}, "helloGET /", piece) ==
              reading{"hello", "hello", true, false});
        CHECK(fed({kind::chunked}, chunks + "GET /", piece) ==
              reading{chunks, "hello!", true, false});
        CHECK(fed({kind::until_close}, "all of it", piece) ==
              reading{"all of it", "all of it", false, false});
        CHECK(fed({kind::chunked}, "2\r\nabX", piece).bad);
    }
}

TEST_CASE("the end of the connection ends a body or breaks it", "[body]")
{
    auto const ended = [](framing const& by, std::string_view bytes) {
        body_scanner body(by);
        body.feed(bytes);
        body.end();
        CHECK(body.done() != body.bad());
        return body.done();
    };
    CHECK(ended({kind::until_close}, ""));
    CHECK(ended({kind::until_close}, "text"));
    CHECK(ended({kind::length, 4}, "text"));
    CHECK_FALSE(ended({kind::length, 5}, "text"));
    CHECK_FALSE(ended({kind::length, 5}, ""));
    CHECK(ended({kind::chunked}, "0\r\n\r\n"));
    CHECK_FALSE(ended({kind::chunked}, "0\r\n"));
    CHECK_FALSE(ended({kind::chunked}, "5\r\nhello\r\n"));
}

TEST_CASE("a broken body stays broken", "[body]")
{
    body_scanner body({kind::chunked});
    CHECK(body.feed("x") == 0);
    CHECK(body.bad());
    CHECK(body.feed("0\r\n\r\n") == 0);
    CHECK(body.bad());
    CHECK_FALSE(body.done());
}

TEST_CASE("a length beyond 32 bits is kept", "[body]")
{
    body_scanner body({kind::length, (std::uint64_t(1) << 32) + 2});
    CHECK(body.content_length() == (std::uint64_t(1) << 32) + 2);
    CHECK(body.feed("abc") == 3);
    CHECK_FALSE(body.done());
    CHECK(body_scanner({kind::chunked}).content_length() == 0);
}

TEST_CASE("a body is long while 64 KiB were announced and enough of them are to come", "[body]")
{
    constexpr std::size_t kib = 1024;
    body_scanner body({kind::length, 64 * kib});
    CHECK(body.is_long());
    CHECK(body.most_of(100 * kib) == 64 * kib);
    CHECK(body.feed(std::string(48 * kib, 'a')) == 48 * kib);
    CHECK(body.is_long());
    CHECK(body.pass(1) == 1);
    CHECK_FALSE(body.is_long()); // the rest is not worth a pipe
    CHECK(body.most_of(100 * kib) == 16 * kib - 1);
    CHECK(body.feed(std::string(100 * kib, 'a')) == 16 * kib - 1);
    CHECK(body.done());

    CHECK_FALSE(body_scanner({kind::length, 64 * kib - 1}).is_long());
    CHECK_FALSE(body_scanner({kind::chunked}).is_long());
    CHECK_FALSE(body_scanner().is_long());
}

TEST_CASE("a body until the end of the connection is long once 64 KiB have come", "[body]")
{
    constexpr std::size_t kib = 1024;
    body_scanner body({kind::until_close});
    CHECK(body.feed(std::string(64 * kib - 1, 'a')) == 64 * kib - 1);
    CHECK_FALSE(body.is_long());
    CHECK(body.pass(1) == 1);
    CHECK(body.is_long());
    CHECK(body.most_of(100 * kib) == 100 * kib);
    body.end();
    CHECK(body.done());
    CHECK_FALSE(body.is_long());
}
