#include "supervisor/front/head_rules.hpp"
#include "supervisor/front/response_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

using namespace procd::front;

TEST_CASE("the length of a head includes its empty line and nothing behind it", "[head_rules]")
{
    std::string const head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(head_length(head) == head.size());
    CHECK(head_length(head + "body\r\n\r\n") == head.size());
    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        CHECK(head_length(head.substr(0, cut)) == 0);
        CHECK(head_length(head, cut) == head.size());
        CHECK(head_length(head + "more", cut) == head.size());
    }
    CHECK(head_length("\r\n") == 2);
    CHECK(head_length("a\n\n") == 0);
}

TEST_CASE("one empty line before a request is counted", "[head_rules]")
{
    CHECK(leading_empty_line("\r\nGET") == 2);
    CHECK(leading_empty_line("\r\n\r\nGET") == 2);
    CHECK(leading_empty_line("\r\n") == 2);
    CHECK(leading_empty_line("\r") == 0);
    CHECK(leading_empty_line("\nGET") == 0);
    CHECK(leading_empty_line("GET") == 0);
    CHECK(leading_empty_line("") == 0);
}

TEST_CASE("each byte is allowed in a head or makes it hopeless", "[head_rules]")
{
    for (int byte = 0; byte < 256; ++byte) {
        INFO(byte);
        bool const allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
        std::string const head =
            std::string("GET / HTTP/1.1\r\nX: a") + static_cast<char>(byte) + "b";
        CHECK(hopeless(head).has_value() != allowed);
        for (std::size_t searched = 0; searched < head.size() - 2; ++searched)
            CHECK(hopeless(head, searched).has_value() != allowed);
    }
}

TEST_CASE("a line end that has come in part is not hopeless yet", "[head_rules]")
{
    for (char const* const head : {"", "G", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\n",
                                   "GET / HTTP/1.1\r\n\r", "GET / HTTP/1.1\r\nHost: a\r\n"})
        CHECK_FALSE(hopeless(head));
    CHECK(hopeless("GET / HTTP/1.1\rX", 15)->why == "a CR without LF");
    CHECK(hopeless("GET / HTTP/1.1\r\n ", 16)->why == "a folded line");
    CHECK(hopeless("GET / HTTP/1.1\n", 14)->why == "a line end without CR");
}

TEST_CASE("a head that is too long is hopeless before its end", "[head_rules]")
{
    std::string const line(longest_request_line, 'a');
    CHECK_FALSE(hopeless(line));
    CHECK_FALSE(hopeless(line + "\r"));
    CHECK_FALSE(hopeless(line + "\r\n"));
    CHECK(hopeless(line + "aa")->status == 431);
    CHECK(hopeless(line + "a\r\n")->status == 431);

    std::string const head = "GET / HTTP/1.1\r\nX: ";
    std::string const value(longest_head - head.size() - 1, 'a');
    CHECK_FALSE(hopeless(head + value));
    CHECK(hopeless(head + value + "a")->status == 431);
    CHECK(hopeless_response(head + value + "a")->status == 502);
    CHECK_FALSE(hopeless_response(head + value));
}

TEST_CASE("a whole head has its lines and nothing else", "[head_rules]")
{
    CHECK_FALSE(broken_head("a\r\n\r\n"));
    CHECK_FALSE(broken_head("a\r\nb:\r\n\r\n"));
    CHECK(broken_head("").has_value());
    CHECK(broken_head("\r\n").has_value());
    CHECK(broken_head("a\r\nb:\r\n")->why == "a head without its empty line");
    CHECK(broken_head("a\r\n\r\nb")->why == "bytes behind the empty line");
}
