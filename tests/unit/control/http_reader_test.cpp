#include "supervisor/control/http_reader.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/buffer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

// Puts the bytes in, `piece` at a time, and takes out each request as soon as it is whole.
std::vector<procd::control::http_request> feed(procd::control::http_reader& reader,
                                               std::string_view bytes,
                                               std::size_t piece = std::string_view::npos)
{
    std::vector<procd::control::http_request> requests;
    while (!bytes.empty() && reader.error() == 0) {
        auto const room = reader.prepare();
        auto const size = boost::asio::buffer_copy(
            room, boost::asio::buffer(bytes.data(), std::min(piece, bytes.size())));
        reader.commit(size);
        bytes.remove_prefix(size);
        while (auto request = reader.next())
            requests.push_back(std::move(*request));
    }
    return requests;
}

constexpr std::string_view two =
    "PATCH /v1/formation HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"web\":2}"
    "POST /v1/shutdown HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";

} // namespace

TEST_CASE("Requests come out whole however their bytes come in")
{
    procd::control::http_reader reader;
    auto const requests = feed(reader, two, GENERATE(1u, 2u, 7u, 60u, 1000u));
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].target() == "/v1/formation");
    CHECK(requests[0].body() == "{\"web\":2}");
    CHECK(requests[1].method() == boost::beast::http::verb::post);
    CHECK(requests[1].body() == "abc");
    CHECK_FALSE(reader.in_request());
    CHECK(reader.error() == 0);
}

TEST_CASE("A reader knows whether it is in the middle of a request")
{
    procd::control::http_reader reader;
    CHECK_FALSE(reader.in_request());
    feed(reader, "GET /v1/status HT");
    CHECK(reader.in_request());
    CHECK(feed(reader, "TP/1.1\r\n\r\n").size() == 1);
    CHECK_FALSE(reader.in_request());
}

TEST_CASE("Line breaks before a request are nothing")
{
    procd::control::http_reader reader;
    CHECK(feed(reader, "\r\n\nGET / HTTP/1.1\r\n\r\n\r\n", GENERATE(1u, 100u)).size() == 1);
    CHECK_FALSE(reader.in_request());
}

TEST_CASE("A header is limited however it is made up and however it comes")
{
    std::string header = "GET / HTTP/1.1\r\n";
    SECTION("one long field")
    {
        header += "X: " + std::string(100'000, 'x');
    }
    SECTION("many short fields")
    {
        while (header.size() < 200'000)
            header += "X: y\r\n";
    }
    SECTION("a long target")
    {
        header = "GET /" + std::string(100'000, 'x');
    }
    procd::control::http_reader reader;
    CHECK(feed(reader, header, GENERATE(100u, 4096u, 100'000u)).empty());
    CHECK(reader.error() == 431);
}

TEST_CASE("The limit of a header is the same to the byte however it comes")
{
    std::string header = "GET / HTTP/1.1\r\n";
    while (header.size() < procd::control::http_reader::header_limit - 1000)
        header += "X: y\r\n";
    std::size_t const over = GENERATE(0u, 1u);
    header += "X: ";
    header +=
        std::string(procd::control::http_reader::header_limit + over - header.size() - 4, 'x');
    header += "\r\n\r\n";

    procd::control::http_reader reader;
    auto const requests = feed(reader, header + header, GENERATE(1u, 100u, 4096u, 200'000u));
    CHECK(requests.size() == (over ? 0 : 2));
    CHECK(reader.error() == (over ? 431 : 0));
}

TEST_CASE("A body is limited")
{
    procd::control::http_reader reader;
    feed(reader, "PATCH / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n");
    CHECK(reader.error() == 413);
}

TEST_CASE("A body in chunks is refused before its first one is looked at")
{
    procd::control::http_reader reader;
    auto const size = GENERATE(1u, 7u, 1000u);
    feed(reader, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n0\r\nx\r\n\r\n", size);
    CHECK(reader.error() == 411);
}

TEST_CASE("What is no HTTP, or another one, is an error")
{
    procd::control::http_reader reader;
    SECTION("garbage")
    {
        feed(reader, std::string_view("\x16\x03\x01\0\r\n\r\n", 8));
        CHECK(reader.error() == 400);
    }
    SECTION("a length and chunks at once")
    {
        feed(reader, "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
        CHECK(reader.error() == 400);
    }
    SECTION("HTTP/2")
    {
        feed(reader, "GET / HTTP/2.0\r\n\r\n");
        CHECK(reader.error() == 505);
    }
}

TEST_CASE("A sender that waits for 100 Continue is seen once for each request")
{
    constexpr std::string_view head =
        "PATCH / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    procd::control::http_reader reader;
    for (int round = 0; round < 2; ++round) {
        CHECK_FALSE(reader.wants_continue());
        CHECK(feed(reader, head).empty());
        CHECK(reader.wants_continue());
        CHECK_FALSE(reader.wants_continue());
        CHECK(feed(reader, "{}").size() == 1);
    }
}
