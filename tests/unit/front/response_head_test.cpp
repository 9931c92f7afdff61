#include "supervisor/front/response_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using namespace procd::front;

namespace {

response_head read(std::string const& line, std::string const& fields = "",
                   std::string const& method = "GET")
{
    auto const head = read_response(line + "\r\n" + fields + "\r\n", method);
    REQUIRE(head.has_value());
    return *head;
}

} // namespace

TEST_CASE("a status tells whether a response is interim or switches", "[response_head]")
{
    for (int status = 100; status < 1000; ++status) {
        auto const head = read("HTTP/1.1 " + std::to_string(status) + " x");
        CHECK(head.status == status);
        CHECK(head.interim == (status < 200 && status != 101));
        CHECK(head.switches == (status == 101));
        bool const bodiless = status < 200 || status == 204 || status == 304;
        CHECK(head.body.by == (bodiless ? framing::kind::none : framing::kind::until_close));
    }
}

TEST_CASE("the version, Connection and the framing tell whether an app's connection stays",
          "[response_head]")
{
    std::string const body = "Content-Length: 5\r\n";
    CHECK(read("HTTP/1.1 200 OK", body).keep_alive);
    CHECK_FALSE(read("HTTP/1.1 200 OK").keep_alive); // the body ends with the connection
    CHECK(read("HTTP/1.1 200 OK", "", "HEAD").keep_alive);
    CHECK(read("HTTP/1.1 304 Not Modified").keep_alive);
    CHECK_FALSE(read("HTTP/1.1 200 OK", body + "Connection: Close\r\n").keep_alive);
    CHECK_FALSE(read("HTTP/1.0 200 OK", body).keep_alive);
    CHECK(read("HTTP/1.0 200 OK", body + "Connection: Keep-Alive\r\n").keep_alive);
    CHECK_FALSE(read("HTTP/1.1 101 x", "Connection: upgrade\r\n").keep_alive);
}
