#include "procfile/ip_address.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;

namespace {

// The address in its shortest form, or "" for a text that is none.
std::string shortest(std::string_view text)
{
    auto const ip = parse_ip(text);
    return ip ? to_string(*ip) : "";
}

std::string network(std::string_view text)
{
    auto const parsed = parse_network(text);
    return parsed ? to_string(*parsed) : "";
}

} // namespace

TEST_CASE("addresses are shown in their shortest form", "[ip_address]")
{
    struct {
        char const *text, *shown;
    } const cases[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:DB8::A", "2001:db8::a"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},    // the first of two gaps of equal length
        {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"}, // one group is no gap
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
        {"::ffff:102:304", "::ffff:1.2.3.4"},
        {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(shortest(c.text) == c.shown);
        CHECK(shortest(c.shown) == c.shown);
    }
}

TEST_CASE("a text that is no address is none", "[ip_address]")
{
    for (char const* text : {"",
                             ".",
                             ":",
                             ":::",
                             "1",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.2.3.",
                             ".1.2.3",
                             "1.2.3.256",
                             "01.2.3.4",
                             "1.2.3.4 ",
                             " 1.2.3.4",
                             "+1.2.3.4",
                             "-1.2.3.4",
                             "0x1.2.3.4",
                             "1..2.3",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7:8::",
                             "::1::",
                             "1::2::3",
                             "12345::",
                             "g::",
                             "::1%lo",
                             "[::1]",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::1.2.3",
                             "1.2.3.4::",
                             ":1:2",
                             "localhost"}) {
        INFO(text);
        CHECK_FALSE(parse_ip(text));
    }
}

TEST_CASE("addresses know what they are", "[ip_address]")
{
    CHECK(parse_ip("0.0.0.0")->is_any());
    CHECK(parse_ip("::")->is_any());
    CHECK_FALSE(parse_ip("0.0.0.1")->is_any());
    CHECK(parse_ip("0.0.0.0") != parse_ip("::"));
    CHECK(parse_ip("::ffff:1.2.3.4")->mapped_v4() == parse_ip("1.2.3.4"));
    CHECK_FALSE(parse_ip("::1.2.3.4")->mapped_v4());
    CHECK_FALSE(parse_ip("1.2.3.4")->mapped_v4());
}

TEST_CASE("networks have a prefix, and zeros behind it", "[ip_address]")
{
    CHECK(network("10.0.0.0/8") == "10.0.0.0/8");
    CHECK(network("10.1.2.3/8") == "10.0.0.0/8");
    CHECK(network("10.255.0.0/9") == "10.128.0.0/9");
    CHECK(network("10.1.2.3") == "10.1.2.3/32");
    CHECK(network("0.0.0.0/0") == "0.0.0.0/0");
    CHECK(network("::1") == "::1/128");
    CHECK(network("2001:db8:ffff::1/33") == "2001:db8:8000::/33");
    CHECK(network("::/0") == "::/0");
    for (char const* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
                             "10.0.0.0/08", "10.0.0.0/8/8", "10/8", "example/8"}) {
        INFO(text);
        CHECK(network(text) == "");
    }
}
