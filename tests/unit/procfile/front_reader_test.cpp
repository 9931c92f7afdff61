#include "procfile/config.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using std::chrono::seconds;
using strings = std::vector<std::string>;

namespace {

strings errors_in(std::string const& text)
{
    strings messages;
    for (diagnostic const& d : parse_config(text, "f").diagnostics)
        messages.push_back(d.message);
    return messages;
}

// The front port of a type whose table has these keys.
front_settings front(std::string const& keys)
{
    INFO(keys);
    auto const text = "[types.web]\n" + keys + "\n";
    CHECK(errors_in(text).empty());
    return parse_config(text, "f").value.of("web").front;
}

router_settings router(std::string const& keys)
{
    INFO(keys);
    CHECK(errors_in("[front]\n" + keys + "\n").empty());
    return parse_config("[front]\n" + keys + "\n", "f").value.front;
}

strings networks(router_settings const& s)
{
    strings all;
    for (auto const& network : s.trusted)
        all.push_back(to_string(network));
    return all;
}

} // namespace

TEST_CASE("every key of a front port is read", "[front]")
{
    CHECK(to_string(front("listen = \"8080\"").listen) == "127.0.0.1:8080, [::1]:8080");
    CHECK(to_string(front("listen = [\"0.0.0.0:80\", \"unix:/s\"]").listen) ==
          "0.0.0.0:80, unix:/s");
    CHECK(front("protocol = \"http\"").protocol == front_protocol::http);
    CHECK(front("protocol = \"tcp\"").protocol == front_protocol::tcp);
    CHECK(front("share = \"proxy\"").share == share_mode::proxy);
    CHECK(front("share = \"listen_fds\"").share == share_mode::listen_fds);
    CHECK(front("concurrency = 0").concurrency == 0);
    CHECK(front("concurrency = 5").concurrency == 5);
    CHECK(front("queue = 0").queue == 0);
    CHECK(front("queue_timeout = \"0s\"").queue_timeout == seconds{0});
    CHECK(front("hold = \"0s\"").hold == seconds{0});
    CHECK(front("drain = \"1m\"").drain == seconds{60});
    CHECK(front("hosts = [\"Shop.Example.\", \"[::1]\", \"my_host\", \"10.0.0.1\"]").hosts ==
          strings{"shop.example", "[::1]", "my_host", "10.0.0.1"});
}

TEST_CASE("without settings a type has no front port", "[front]")
{
    auto const none = front("");
    CHECK(none.listen.empty());
    CHECK_FALSE(none.routed());
    CHECK_FALSE(none.passed_on());
    CHECK(none.queue == 100);
    CHECK(none.queue_timeout == seconds{30});
    CHECK(none.hold == std::nullopt);
    CHECK(none.drain == std::nullopt);
    CHECK_FALSE(front("share = \"listen_fds\"").passed_on());
    CHECK(front("listen = \"80\"").routed());
    CHECK(front("listen = \"80\"\nshare = \"listen_fds\"").passed_on());
    CHECK_FALSE(front("listen = \"80\"\nshare = \"listen_fds\"").routed());
}

TEST_CASE("a value that a front port cannot have is refused", "[front]")
{
    std::string const in_list = "listen' must be unix: and an absolute path, such as "
                                "\"unix:/run/shop/web.sock\"";
    struct {
        std::string keys, message;
    } const cases[] = {
        {"listen = 8080", "listen' must be an address or an array of addresses, not an integer"},
        {"listen = []", "listen' must not be empty"},
        {"listen = \"\"", "listen' must not be empty"},
        {"listen = [8080]", "listen' must be a string, not an integer"},
        {"listen = [\"80\", \"unix:x\"]", in_list},
        {"listen = [\"80\", \"[::1]:80\"]", "listen' names [::1]:80 twice"},
        {"protocol = \"https\"", "protocol' must be \"http\" or \"tcp\" (did you mean 'http'?)"},
        {"share = \"fds\"", "share' must be \"proxy\" or \"listen_fds\""},
        {"concurrency = -1", "concurrency' must be between 0 and 1000000"},
        {"queue = 1.5", "queue' must be an integer, not a number with a fraction"},
        {"hold = 5",
         "hold' must be a duration such as \"30s\" (units: ms, s, m, h), not an integer"},
        {"hosts = \"x\"", "hosts' must be an array of strings, not a string"},
        {"hosts = [\"http://x\"]", "hosts' must be a host name alone, without \"http://\""},
        {"hosts = [\"x:80\"]", "hosts' must be a host name alone, without a port"},
        {"hosts = [\"*.x\"]", "hosts' must be whole host names; a '*' in them is not known"},
        {"hosts = [\"a b\"]",
         "hosts' must be a host name such as \"shop.example\"; other characters than letters, "
         "digits, '.', '-' and '_' are written in punycode"},
    };
    for (auto const& c : cases) {
        INFO(c.keys);
        CHECK(errors_in("[types.web]\n" + c.keys) == strings{"'types.web." + c.message});
    }
}

TEST_CASE("a refused address leaves the addresses as they were", "[front]")
{
    auto const c =
        parse_config("[defaults]\nlisten = \"80\"\n[types.web]\nlisten = [\"81\", \"x\"]", "f")
            .value;
    CHECK(c.of("web").front.listen == c.defaults.front.listen);
}

TEST_CASE("every key of [front] is read", "[front]")
{
    CHECK(networks(router("")) == strings{"127.0.0.0/8", "::1/128"});
    CHECK(networks(router("trusted = []")).empty());
    CHECK(networks(router("trusted = [\"10.0.0.0/8\", \"::1\", \"1.2.3.4\"]")) ==
          strings{"10.0.0.0/8", "::1/128", "1.2.3.4/32"});
    CHECK(router("user = \"www\"").user == "www");
    CHECK(router("user = \"www\"").access_log);
    CHECK_FALSE(router("access_log = false").access_log);
    CHECK(router("").socket_mode == 0660u);
    CHECK(router("socket_mode = \"0666\"").socket_mode == 0666u);
    CHECK(router("socket_group = \"web\"").socket_group == "web");
    CHECK(router("socket_group = \"\"").socket_group == "");
    CHECK(router("header_timeout = \"1s\"").header_timeout == seconds{1});
    CHECK(router("idle_timeout = \"1s\"").idle_timeout == seconds{1});
    CHECK(router("response_timeout = \"1s\"").response_timeout == seconds{1});
    CHECK(router("max_body = \"0\"").max_body == 0u);
    CHECK(router("max_body = \"10M\"").max_body == 10u << 20);
    CHECK(router("error_page = \"public/503.html\"").error_page == "public/503.html");
}

TEST_CASE("a value that [front] cannot have is refused", "[front]")
{
    struct {
        std::string keys, message;
    } const cases[] = {
        {"trusted = \"10.0.0.0/8\"", "trusted' must be an array of strings, not a string"},
        {"trusted = [\"10.0.0.0/33\"]",
         "trusted' must be addresses and networks such as \"10.0.0.0/8\" and \"::1\""},
        {"trusted = [\"proxy.example\"]",
         "trusted' must be addresses and networks such as \"10.0.0.0/8\" and \"::1\""},
        {"trusted = [\"10.1.2.3/8\"]", "trusted' has \"10.1.2.3/8\", whose address is inside the "
                                       "network; write \"10.0.0.0/8\""},
        {"socket_mode = \"rw\"", "socket_mode' must be octal digits such as \"0660\""},
        {"socket_mode = 660", "socket_mode' must be a string, not an integer"},
        {"header_timeout = \"0s\"", "header_timeout' must be 1ms or more"},
        {"max_body = 10", "max_body' must be a size such as \"512M\" (units: K, M, G), not an "
                          "integer"},
        {"user = \"\"", "user' must not be empty"},
    };
    for (auto const& c : cases) {
        INFO(c.keys);
        CHECK(errors_in("[front]\n" + c.keys) == strings{"'front." + c.message});
    }
}
