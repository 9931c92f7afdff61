#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/house.hpp"
#include "tests/fixtures/catch.hpp"

#include <set>

using namespace procd::front;

namespace {

struct street {
    void add(std::string name, std::vector<std::string> hosts, bool gets_the_rest)
    {
        fronted_type t;
        t.name = std::move(name);
        t.hosts = std::move(hosts);
        t.gets_the_rest = gets_the_rest;
        auto const gate = std::make_shared<gate_keeper>(io, [](upstream&) {});
        gate->become(t, {});
        types.all.push_back(gate);
    }
    // The name of the type that answers for the host.
    std::string at(std::string_view host) const
    {
        auto const found = types.for_host(host);
        return found ? found->of().name : "nobody";
    }

    boost::asio::io_context io;
    served_types types;
};

} // namespace

TEST_CASE("a request goes to the type that names its host", "[house]")
{
    street s;
    s.add("api", {"api.example.com", "api2.example.com"}, false);
    s.add("shop", {"shop.example.com", "[2001:db8::1]"}, false);
    struct {
        char const* host;
        char const* type;
    } const rows[] = {
        {"api.example.com", "api"},
        {"api2.example.com", "api"},
        {"shop.example.com", "shop"},
        {"shop.example.com:8080", "shop"}, // the port does not matter
        {"shop.example.com:", "shop"},
        {"SHOP.Example.COM", "shop"},
        {"shop.example.com.", "shop"}, // the root's dot does not matter
        {"Shop.example.com.:80", "shop"},
        {"[2001:db8::1]", "shop"},
        {"[2001:DB8::1]:8080", "shop"},
        {"[2001:db8::2]", "nobody"},
        {"[2001:db8::2]:1", "nobody"},
        {"www.shop.example.com", "nobody"},
        {"example.com", "nobody"},
        {"shop.example.comx", "nobody"},
        {"shop.example.com..", "nobody"},
        {"", "nobody"},
        {":80", "nobody"},
        {".", "nobody"},
    };
    for (auto const& row : rows) {
        CAPTURE(row.host);
        CHECK(s.at(row.host) == row.type);
    }
}

TEST_CASE("one type gets the rest, wherever it stands", "[house]")
{
    street s;
    SECTION("first")
    {
        s.add("rest", {}, true);
        s.add("shop", {"shop.example.com"}, false);
    }
    SECTION("last")
    {
        s.add("shop", {"shop.example.com"}, false);
        s.add("rest", {}, true);
    }
    SECTION("with hosts of its own")
    {
        s.add("rest", {"rest.localhost"}, true);
        s.add("shop", {"shop.example.com"}, false);
    }
    CHECK(s.at("shop.example.com:80") == "shop");
    CHECK(s.at("other.example.com") == "rest");
    CHECK(s.at("127.0.0.1:8080") == "rest");
    CHECK(s.at("[::1]:8080") == "rest");
    CHECK(s.at("rest.localhost") == "rest");
}

TEST_CASE("of two types with the same claim the first answers", "[house]")
{
    street s;
    s.add("a", {"shop.example.com"}, true);
    s.add("b", {"SHOP.example.com:80"}, true);
    CHECK(s.at("shop.example.com") == "a");
    CHECK(s.at("elsewhere") == "a");
    CHECK(street().at("elsewhere") == "nobody");
}

TEST_CASE("a host written with its port or its dot is the same host", "[house]")
{
    street s;
    s.add("web", {"Shop.example.com.:443"}, false);
    CHECK(s.at("shop.example.com:8080") == "web");
}

TEST_CASE("every request gets an identifier of its own", "[house]")
{
    boost::asio::io_context io;
    house h(io, os::unique_fd());
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i)
        ids.insert(h.new_request_id());
    CHECK(ids.size() == 1000);
    CHECK(ids.begin()->size() == 36);
}
