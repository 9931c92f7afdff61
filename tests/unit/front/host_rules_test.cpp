#include "supervisor/front/host_rules.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::front;

TEST_CASE("a host has few characters and at most one port", "[host_rules]")
{
    for (char const* const host :
         {"a", "shop.localhost", "a_b", "a-b~c", "A.", ".a", "127.0.0.1", "a:0", "a:65535", "[::1]",
          "[::1]:80", "[fe80::1.2.3.4]", "xn--bcher-kva.example"})
        CHECK(is_host(host));
    for (char const* const host :
         {"",    ":80",   "a:",           "a:65536", "a:080000", "a:+1",      "a:8 0", "a:1:2",
          "::1", "[::1",  "::1]",         "[::1]x",  "[::1]:",   "[::1]x:80", "[]",    "[:]",
          "[a]", "[::g]", "[::1%25eth0]", "x[::1]",  "[[::1]]",  "a..b",      "a b",   "a,b",
          "a/b", "a@b",   "a%41",         "a\\b",    "a#b",      "a?b",       "a;b"})
        CHECK_FALSE(is_host(host));
    std::string allowed;
    for (int byte = 0; byte < 256; ++byte)
        if (is_host(std::string("a") + static_cast<char>(byte) + "b"))
            allowed += static_cast<char>(byte);
    CHECK(allowed == "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
}

TEST_CASE("a target is a path, or an absolute URI of the same host", "[host_rules]")
{
    auto const target = [](char const* method, char const* given, char const* host) {
        auto const plain = plain_target(method, given, host);
        return plain ? *plain : std::to_string(plain.error().status);
    };
    CHECK(target("GET", "/a?b//c", "h") == "/a?b//c");
    CHECK(target("GET", "//other/a", "h") == "//other/a");
    CHECK(target("GET", "http://h/a", "h") == "/a");
    CHECK(target("GET", "http://h", "h") == "/");
    CHECK(target("GET", "http://h?a", "h") == "/?a");
    CHECK(target("GET", "http://h:80/", "H") == "/");
    CHECK(target("GET", "http://h/", "h:80") == "/");
    CHECK(target("GET", "https://h/", "h:443") == "/");
    CHECK(target("GET", "https://h/", "h:80") == "400");
    CHECK(target("GET", "http://h:8080/", "h") == "400");
    CHECK(target("GET", "http://[::1]/a", "[::1]") == "/a");
    CHECK(target("GET", "http://h.evil/", "h") == "400");
    CHECK(target("OPTIONS", "http://h", "h") == "*");
    CHECK(target("OPTIONS", "*", "h") == "*");
    CHECK(target("GET", "*", "h") == "400");
    CHECK(target("GET", "", "h") == "400");
    CHECK(target("GET", "h:80", "h") == "400");
    CHECK(target("GET", "http:/h/a", "h") == "400");
}
