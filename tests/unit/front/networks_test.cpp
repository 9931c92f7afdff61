#include "supervisor/front/networks.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/ip/address.hpp>

using procd::front::networks;
using procd::front::plain;

namespace {

boost::asio::ip::address address(char const* text)
{
    return boost::asio::ip::make_address(text);
}

bool contains(std::vector<std::string> const& texts, char const* text)
{
    return networks(texts).contain(address(text));
}

} // namespace

TEST_CASE("a network contains its addresses and no others", "[networks]")
{
    struct {
        char const* network;
        char const* address;
        bool contained;
    } const rows[] = {
        {"127.0.0.0/8", "127.0.0.1", true},
        {"127.0.0.0/8", "127.255.255.255", true},
        {"127.0.0.0/8", "128.0.0.0", false},
        {"127.0.0.0/8", "126.255.255.255", false},
        {"10.1.2.3/8", "10.200.0.1", true}, // bits behind the prefix do not matter
        {"10.0.0.0/32", "10.0.0.0", true},
        {"10.0.0.0/32", "10.0.0.1", false},
        {"10.0.0.4/31", "10.0.0.5", true},
        {"10.0.0.4/31", "10.0.0.6", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"192.0.2.7", "192.0.2.7", true}, // a single address
        {"192.0.2.7", "192.0.2.8", false},
        {"::1", "::1", true},
        {"::1", "::2", false},
        {"::1", "127.0.0.1", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"2001:db8::5/33", "2001:db8:8000::", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "192.0.2.7", false},
        {"127.0.0.0/8", "::ffff:127.0.0.1", true}, // IPv4 that comes as IPv6
        {"127.0.0.0/8", "::ffff:128.0.0.1", false},
        {"::/0", "::ffff:127.0.0.1", false},
        {"fe80::/10", "fe80::1%1", true}, // the interface does not matter
    };
    for (auto const& row : rows) {
        CAPTURE(row.network, row.address);
        CHECK(contains({row.network}, row.address) == row.contained);
    }
}

TEST_CASE("several networks contain the addresses of each", "[networks]")
{
    std::vector<std::string> const texts{"127.0.0.0/8", "::1", "10.0.0.0/8"};
    for (char const* const inside : {"127.0.0.1", "::1", "10.9.8.7"})
        CHECK(contains(texts, inside));
    CHECK_FALSE(contains(texts, "192.168.0.1"));
    CHECK_FALSE(networks().contain(address("127.0.0.1")));
}

TEST_CASE("a text that is no network is left out", "[networks]")
{
    for (char const* const bad :
         {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/8 ",
          "localhost", "::1/129", "::g", "10.0.0.0/8/8", "0.0.0.0/x"}) {
        CAPTURE(bad);
        CHECK_FALSE(contains({bad}, "10.0.0.1"));
        CHECK_FALSE(contains({bad}, "::1"));
        CHECK(contains({bad, "10.0.0.0/8"}, "10.0.0.1"));
    }
}

TEST_CASE("an address is shown as people write it", "[networks]")
{
    CHECK(plain(address("::ffff:192.0.2.7")).to_string() == "192.0.2.7");
    CHECK(plain(address("192.0.2.7")).to_string() == "192.0.2.7");
    CHECK(plain(address("2001:db8::1")).to_string() == "2001:db8::1");
    CHECK(plain(address("fe80::1%1")).to_string() == "fe80::1");
}
