#include "supervisor/front/head_fields.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace procd::front;

TEST_CASE("a known field is known in any case, and with underscores", "[head_fields]")
{
    struct {
        char const* name;
        field_kind kind;
    } const known[] = {
        {"Connection", field_kind::connection},
        {"Content-Length", field_kind::content_length},
        {"Expect", field_kind::expect},
        {"Forwarded", field_kind::forwarded},
        {"Host", field_kind::host},
        {"Keep-Alive", field_kind::keep_alive},
        {"Proxy-Connection", field_kind::proxy_connection},
        {"TE", field_kind::te},
        {"Trailer", field_kind::trailer},
        {"Transfer-Encoding", field_kind::transfer_encoding},
        {"Upgrade", field_kind::upgrade},
        {"X-Forwarded-For", field_kind::x_forwarded_for},
        {"X-Forwarded-Host", field_kind::x_forwarded_host},
        {"X-Forwarded-Port", field_kind::x_forwarded_port},
        {"X-Forwarded-Proto", field_kind::x_forwarded_proto},
        {"X-Forwarded-Ssl", field_kind::x_forwarded_other},
        {"X-Request-Id", field_kind::x_request_id},
        {"X-Request-Start", field_kind::x_request_start},
    };
    for (auto const& each : known) {
        std::string name = each.name;
        INFO(name);
        CHECK(kind_of(name) == each.kind);
        CHECK(kind_of(name + "x") ==
              (name.starts_with("X-F") ? field_kind::x_forwarded_other : field_kind::other));
        CHECK(kind_of("x" + name) == field_kind::other);
        std::replace(name.begin(), name.end(), '-', '_');
        CHECK(kind_of(name) == each.kind);
        for (char& c : name)
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        CHECK(kind_of(name) == each.kind);
    }
    for (char const* const name : {"", "X", "X-Forwarded-", "X-Forwarded", "Contentlength", "Via"})
        CHECK(kind_of(name) == field_kind::other);
}

TEST_CASE("the fields of a head are walked through in their order", "[head_fields]")
{
    head_fields fields("GET / HTTP/1.1\r\nHost:  a \t\r\nX:\r\nY: b:c\r\n\r\n");
    auto const host = fields.next();
    REQUIRE(host.has_value());
    CHECK(host->kind == field_kind::host);
    CHECK(host->name == "Host");
    CHECK(host->value == "a");
    CHECK(host->line == "Host:  a \t\r\n");
    auto const empty = fields.next();
    REQUIRE(empty.has_value());
    CHECK(empty->value.empty());
    CHECK(fields.next()->value == "b:c");
    CHECK_FALSE(fields.next().has_value());
    CHECK_FALSE(fields.next().has_value());
    CHECK_FALSE(head_fields("GET / HTTP/1.1\r\n\r\n").next().has_value());
    CHECK(first_line("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == "GET / HTTP/1.1");
}

TEST_CASE("the elements of a list come without blanks and without empty ones", "[head_fields]")
{
    list_elements list(" a ,,\tb\t, c d,");
    std::vector<std::string_view> all;
    while (auto const element = list.next())
        all.push_back(*element);
    CHECK(all == std::vector<std::string_view>{"a", "b", "c d"});
    CHECK_FALSE(list_elements("").next().has_value());
    CHECK_FALSE(list_elements(" , ").next().has_value());
}

TEST_CASE("letters alone are compared without case", "[head_fields]")
{
    CHECK(same_ignoring_case("Chunked", "cHUNKED"));
    CHECK_FALSE(same_ignoring_case("a_b", "a-b"));
    CHECK_FALSE(same_ignoring_case("a", "ab"));
    CHECK_FALSE(same_ignoring_case("[", "{"));
    CHECK(is_number("0123456789"));
    CHECK_FALSE(is_number(""));
    CHECK_FALSE(is_number("1 "));
    CHECK_FALSE(is_token(""));
    int allowed = 0;
    for (int byte = 0; byte < 256; ++byte)
        allowed += is_token(std::string(1, static_cast<char>(byte))) ? 1 : 0;
    CHECK(allowed == 10 + 26 + 26 + 15);
}
