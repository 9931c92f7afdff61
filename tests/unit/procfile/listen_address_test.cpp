#include "procfile/listen_address.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using kind = listen_address::kind;
using need = listen_address::need;

namespace {

// The addresses that a text means, in their own form, or what is wrong with it.
std::string meaning(std::string_view text)
{
    auto const parsed = parse_listen_address(text);
    return parsed ? to_string(*parsed) : "error: " + parsed.error();
}

listen_address one(std::string_view text)
{
    auto const parsed = parse_listen_address(text);
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->size() == 1);
    return parsed->front();
}

} // namespace

TEST_CASE("every form of an address is read", "[listen_address]")
{
    struct {
        char const *text, *meaning;
    } const cases[] = {
        {"0.0.0.0:8080", "0.0.0.0:8080"},
        {"10.1.2.3:1", "10.1.2.3:1"},
        {"[::1]:8080", "[::1]:8080"},
        {"[::]:65535", "[::]:65535"},
        {"[2001:DB8:0:0::1]:80", "[2001:db8::1]:80"},
        {"8080", "127.0.0.1:8080, [::1]:8080"},
        {"localhost:8080", "127.0.0.1:8080, [::1]:8080"},
        {":8080", "0.0.0.0:8080, [::]:8080"},
        {"unix:/run/procd/shop/web.sock", "unix:/run/procd/shop/web.sock"},
        {"unix:/tmp/a b=c:d", "unix:/tmp/a b=c:d"},
        {"systemd:web", "systemd:web"},
        {"systemd:web.socket", "systemd:web.socket"},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(meaning(c.text) == c.meaning);
    }
    CHECK(one("unix:/s").type == kind::unix_socket);
    CHECK(one("unix:/s").name == "/s");
    CHECK(one("systemd:web").type == kind::systemd);
    CHECK(one("systemd:web").name == "web");
    CHECK(one("1.2.3.4:5").ip == *parse_ip("1.2.3.4"));
    CHECK(one("1.2.3.4:5").port == 5);
}

TEST_CASE("only the half of IPv6 that nobody wrote may be missing", "[listen_address]")
{
    for (char const* text : {"8080", ":8080", "localhost:8080"}) {
        auto const both = parse_listen_address(text);
        REQUIRE(both.has_value());
        REQUIRE(both->size() == 2);
        CHECK(both->front().needed == need::always);
        CHECK(both->back().needed == need::where_possible);
    }
    CHECK(one("[::1]:8080").needed == need::always);
    CHECK(one("[::1]:8080").same_socket(parse_listen_address("8080")->back()));
}

TEST_CASE("a text that is no address is refused, and the right form is said", "[listen_address]")
{
    std::string const general =
        "error: must be an address with a port from 1 to 65535, such as \"0.0.0.0:8080\", "
        "\"[::1]:8080\", \"8080\", \":8080\", \"unix:/run/web.sock\" or \"systemd:web\"";
    for (char const* text : {"", ":", "0", "65536", "1.2.3.4", "1.2.3.4:", "1.2.3.4:0", "host:x",
                             "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:080800", "8080 ", "web"}) {
        INFO(text);
        CHECK(meaning(text) == general);
    }
    struct {
        char const *text, *message;
    } const cases[] = {
        {"*:80", "must be \":80\" for every address"},
        {"::1:80", "must have its address in brackets: \"[::1]:80\""},
        {"[127.0.0.1]:80", "must have its address without brackets: \"127.0.0.1:80\""},
        {"[::ffff:1.2.3.4]:80", "is an address of IPv4; write \"1.2.3.4:80\""},
        {"/run/web.sock", "must be \"unix:/run/web.sock\" for a Unix socket"},
        {"unix:web.sock",
         "must be unix: and an absolute path, such as \"unix:/run/shop/web.sock\""},
        {"unix:", "must be unix: and an absolute path, such as \"unix:/run/shop/web.sock\""},
        {"unix:/run/", "must be unix: and the path of a file, not of a directory"},
        {"systemd:", "must be systemd: and the FileDescriptorName= of the socket unit, such as "
                     "\"systemd:web\""},
        {"systemd:a b", "must be systemd: and the FileDescriptorName= of the socket unit, such as "
                        "\"systemd:web\""},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(meaning(c.text) == std::string{"error: "} + c.message);
    }
    for (char const* host : {"shop.example", "[x]", "[]", "127.1", "01.2.3.4", "fe80::1%eth0",
                             "[fe80::1%eth0]", "http://x", "a b"}) {
        INFO(host);
        CHECK(meaning(std::string{host} + ":80") ==
              "error: must be an address of this machine with the port, such as \"0.0.0.0:80\", or "
              "\"80\" for the loopback addresses; names are not looked up");
    }
    CHECK(meaning("unix:/" + std::string(106, 'x')).front() == 'u');
    CHECK(meaning("unix:/" + std::string(107, 'x')) ==
          "error: has a path of 108 bytes; a Unix socket can have 107");
}

TEST_CASE("one list names no port twice", "[listen_address]")
{
    auto const clash_of = [](std::vector<std::string_view> const& texts) {
        std::vector<listen_address> all;
        for (auto const text : texts) {
            auto const parsed = parse_listen_address(text);
            REQUIRE(parsed.has_value());
            all.insert(all.end(), parsed->begin(), parsed->end());
        }
        return clash(all);
    };
    CHECK(clash_of({"8080", "8081", "10.0.0.1:8080", "unix:/a", "unix:/b", "systemd:a"}).empty());
    CHECK(clash_of({":80", "81"}).empty());
    CHECK(clash_of({"8080", "127.0.0.1:8080"}) == "names 127.0.0.1:8080 twice");
    CHECK(clash_of({"unix:/a", "unix:/a"}) == "names unix:/a twice");
    CHECK(clash_of({"systemd:a", "systemd:a"}) == "names systemd:a twice");
    CHECK(clash_of({"0.0.0.0:80", "10.0.0.1:80"}) ==
          "names 10.0.0.1:80, which 0.0.0.0:80 has taken already");
    CHECK(clash_of({"[::1]:80", ":80"}) == "names [::1]:80, which [::]:80 has taken already");
    CHECK(clash_of({"0.0.0.0:80", "[::1]:80"}).empty()); // one is IPv4, and the other is IPv6
}

TEST_CASE("addresses have a port and perhaps a host", "[listen_address]")
{
    for (char const* good : {":8080", "0.0.0.0:80", "[::]:8080", "[::1]:1", "localhost:65535",
                             "my-host.example:443", "[::ffff:1.2.3.4]:80"})
        CHECK(valid_address(good));
    for (char const* bad : {"", "8080", ":", "host:", "host:0", "host:65536", "host:x", "host:-1",
                            "::1:80", "[]:80", "[x]:80", "a b:80", "http://x:80", "host:080800"})
        CHECK_FALSE(valid_address(bad));
}
