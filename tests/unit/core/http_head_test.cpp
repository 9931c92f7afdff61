#include "supervisor/core/http_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

TEST_CASE("a head ends with its first empty line", "[http_head]")
{
    for (std::string const head :
         {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n",
          "HTTP/1.1 200 OK\r\nA: b\n\r\n", "HTTP/1.1 200 OK\nA: b\r\n\n", "HTTP/1.1 200\n\n"}) {
        INFO(head);
        CHECK(core::head_length(head) == head.size());
        CHECK(core::head_length(head + "body\n\n") == head.size());
        for (std::size_t cut = 0; cut < head.size(); ++cut)
            CHECK(core::head_length(head.substr(0, cut)) == 0);
    }
    CHECK(core::head_length("a\r\n\r") == 0);
    CHECK(core::head_length("\r\n\r\n") == 4);
}

TEST_CASE("lines get CR LF, and a bare status code its blank", "[http_head]")
{
    CHECK(core::strict_head("HTTP/1.1 200 OK\r\nA: b\r\n\r\n") ==
          "HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
    CHECK(core::strict_head("HTTP/1.0 200 OK\nA: b\n\n") == "HTTP/1.0 200 OK\r\nA: b\r\n\r\n");
    CHECK(core::strict_head("HTTP/1.1 503\r\n\r\n") == "HTTP/1.1 503 \r\n\r\n");
    CHECK(core::strict_head("HTTP/1.1 503\n\n") == "HTTP/1.1 503 \r\n\r\n");
    CHECK(core::strict_head("HTTP/1.1 503 \r\n\r\n") == "HTTP/1.1 503 \r\n\r\n");
    CHECK(core::strict_head("HTTP/1.1 2000\r\n\r\n") == "HTTP/1.1 2000\r\n\r\n");
    CHECK(core::strict_head("A: HTTP/1.1 200\r\n\r\n") == "A: HTTP/1.1 200\r\n\r\n");
    CHECK(core::strict_head("HTTP/1.1 200 OK\r\nHTTP/1.1 200\r\n\r\n") ==
          "HTTP/1.1 200 OK\r\nHTTP/1.1 200\r\n\r\n");
    CHECK(core::strict_head("").empty());
    CHECK(core::strict_head("no end") == "no end\r\n");
}

TEST_CASE("an interim answer is one of 1xx but 101", "[http_head]")
{
    CHECK(core::is_interim("HTTP/1.1 100 Continue\r\n\r\n"));
    CHECK(core::is_interim("HTTP/1.1 103\n\n"));
    CHECK_FALSE(core::is_interim("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    CHECK_FALSE(core::is_interim("HTTP/1.1 200 OK\r\n\r\n"));
    CHECK_FALSE(core::is_interim("HTTP/1.1 1\r\n\r\n"));
    CHECK_FALSE(core::is_interim("HTTP/0\n 103 Early Hints\r\n\r\n"));
    CHECK_FALSE(core::is_interim(""));
}
