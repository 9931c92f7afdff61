#include "supervisor/front/error_answer.hpp"
#include "supervisor/front/response_head.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::front;

namespace {

struct parts {
    std::string head, body;
};

parts parts_of(std::string const& text)
{
    auto const length = head_length(text);
    REQUIRE(length > 0);
    return {text.substr(0, length), text.substr(length)};
}

bool has(std::string const& head, std::string const& line)
{
    return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

} // namespace

TEST_CASE("every answer is a whole response by the rules", "[error_answer]")
{
    struct {
        int status;
        char const* reason;
    } const rows[] = {{400, "Bad Request"},        {404, "Not Found"},
                      {405, "Method Not Allowed"}, {408, "Request Timeout"},
                      {413, "Content Too Large"},  {431, "Request Header Fields Too Large"},
                      {502, "Bad Gateway"},        {503, "Service Unavailable"},
                      {504, "Gateway Timeout"}};
    for (auto const& row : rows)
        for (bool const closes : {false, true})
            for (bool const without_body : {false, true}) {
                CAPTURE(row.status, closes, without_body);
                auto const answer =
                    parts_of(error_answer({row.status, {}, {}, closes, without_body}));
                auto const read = read_response(answer.head, without_body ? "HEAD" : "GET");
                REQUIRE(read.has_value());
                CHECK(read->status == row.status);
                CHECK(read->keep_alive == !closes);
                CHECK(answer.head.starts_with("HTTP/1.1 " + std::to_string(row.status) + ' ' +
                                              row.reason + "\r\n"));
                CHECK(has(answer.head, "Retry-After: 1") == (row.status == 503));
                CHECK((answer.head.find("\r\nAllow: GET") != answer.head.npos) ==
                      (row.status == 405));
                CHECK(has(answer.head, "Cache-Control: no-store"));
                CHECK(answer.body.empty() == without_body);
                if (!without_body) {
                    CHECK(read->body == framing{framing::kind::length, answer.body.size()});
                    CHECK(answer.body.find(row.reason) != answer.body.npos);
                }
            }
}

TEST_CASE("a HEAD is told the length of the page that it does not get", "[error_answer]")
{
    auto const whole = parts_of(error_answer({503, {}, "<p>soon</p>", true, false}));
    auto const head = parts_of(error_answer({503, {}, "<p>soon</p>", true, true}));
    CHECK(whole.head == head.head);
    CHECK(has(head.head, "Content-Length: 11"));
}

TEST_CASE("the page given stands in a 503 only", "[error_answer]")
{
    CHECK(parts_of(error_answer({503, {}, "<p>soon</p>"})).body == "<p>soon</p>");
    CHECK(parts_of(error_answer({502, {}, "<p>soon</p>"})).body.find("soon") == std::string::npos);
    CHECK(parts_of(error_answer({503, ""})).body.starts_with("<!DOCTYPE html>"));
}
