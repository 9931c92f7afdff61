#include "supervisor/front/router.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/router_stage.hpp"

using namespace test;

namespace {

std::string get_from(std::string const& host)
{
    return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

} // namespace

TEST_CASE("a process out of rotation is told to be idle when its last request ends", "[router]")
{
    one_app s;
    auto one = s.request(get);
    auto other = s.request(get);
    s.picture.targets[0].in_rotation = false;
    s.tell();
    CHECK_FALSE(s.idle.contains(s.id));
    one.app.say(ok);
    s.hears(one.client, "ok");
    s.figures();
    CHECK_FALSE(s.idle.contains(s.id));
    other.app.say(ok);
    CHECK(s.sees([&] { return s.idle.contains(s.id); }));
    s.hears(other.client, "ok");
    s.rest(other.app); // its connection is not kept
    SECTION("and again after it was back")
    {
        s.idle.clear();
        s.picture.targets[0].in_rotation = true;
        s.tell();
        CHECK(s.idle.empty());
        s.picture.targets[0].in_rotation = false;
        s.tell();
        CHECK(s.sees([&] { return s.idle.contains(s.id); }));
    }
    SECTION("and once only")
    {
        s.idle.clear();
        s.tell();
        CHECK(s.idle.empty());
    }
}

TEST_CASE("idle connections to a process that leaves are closed at once", "[router]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say(ok);
    s.hears(r.client, "ok");
    SECTION("out of rotation")
    {
        s.picture.targets[0].in_rotation = false;
    }
    SECTION("out of the picture")
    {
        s.picture.targets.clear();
    }
    s.tell();
    CHECK(s.rest(r.app).empty());
}

TEST_CASE("a request in flight outlives its process in the picture", "[router]")
{
    one_app s;
    auto r = s.request(get);
    s.picture.targets.clear();
    s.tell();
    r.app.say(ok);
    CHECK(s.head(r.client).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("two types share a listener by their hosts", "[router]")
{
    one_app s;
    listening app;
    procd::front::fronted_type api = s.web();
    api.name = "api";
    api.hosts = {"api.localhost"};
    api.gets_the_rest = false;
    s.add(app.port, "api");
    auto kept = s.client(get_from("api.localhost"));
    auto old = s.accept(s.app); // web gets the rest
    s.head(old);
    old.say(ok);
    s.hears(kept, "ok");
    s.picture.types.push_back(api);
    s.tell();
    auto to_api = s.client(get_from("API.localhost:" + std::to_string(s.front.port)));
    auto at_api = s.accept(app);
    s.head(at_api);
    SECTION("and the first keeps its own")
    {
        auto to_web = s.client(get_from("other.localhost"));
        s.head(old);
        CHECK(s.nobody_comes(app));
    }
    SECTION("on connections that were there before, too")
    {
        at_api.say(ok);
        s.hears(to_api, "ok");
        kept.say(get_from("api.localhost"));
        s.head(at_api);
    }
    SECTION("and nobody gets the rest")
    {
        s.web().gets_the_rest = false;
        s.web().hosts = {"web.localhost"};
        s.tell();
        auto to_none = s.client(get_from("other.localhost"));
        CHECK(s.head(to_none).starts_with("HTTP/1.1 404 "));
    }
}

TEST_CASE("a type that is renamed keeps its clients", "[router]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say(ok);
    s.hears(r.client, "ok");
    s.web().name = "www";
    s.picture.targets[0].type = "www";
    s.tell();
    r.client.say(get);
    s.head(r.app);
    r.app.say(ok);
    CHECK(s.head(r.client).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a listener that is gone lets its clients go after their answers", "[router]")
{
    one_app s;
    auto busy = s.request(get);
    auto quiet = s.request(get);
    quiet.app.say(ok);
    s.hears(quiet.client, "ok");
    s.picture.listeners.clear();
    s.tell();
    CHECK(s.rest(quiet.client).empty());
    busy.app.say(ok);
    CHECK(has(s.head(busy.client), "Connection: close\r\n"));
    CHECK(s.rest(busy.client) == "ok");
}

TEST_CASE("a picture that closes a listener is acknowledged", "[router]")
{
    one_app s;
    s.tell();
    CHECK(s.acknowledged == 0);
    s.picture.listeners.clear();
    s.tell();
    CHECK(s.acknowledged == s.picture.number);
}

TEST_CASE("a paused type holds its requests until it goes on", "[router]")
{
    one_app s;
    s.web().paused = true;
    s.tell();
    auto client = s.client(get);
    CHECK(s.sees([&] { return s.figures().types.front().queued == 1; }));
    CHECK(s.nobody_comes(s.app));
    s.web().paused = false;
    s.tell();
    auto app = s.accept(s.app);
    s.head(app);
}

TEST_CASE("new processes get requests of connections that were there before", "[router]")
{
    one_app s;
    auto r = s.request(get);
    listening second;
    s.add(second.port);
    s.tell();
    auto other = s.client(get);
    auto at_second = s.accept(second); // the first has a request in flight
    s.head(at_second);
    at_second.say(ok);
    s.hears(other, "ok");
    r.app.say(ok);
    s.hears(r.client, "ok");
    r.client.say(get); // of equal ones the one used least recently
    s.head(r.app);
}

TEST_CASE("what cannot be read is said, and changes nothing", "[router]")
{
    one_app s;
    REQUIRE(s.procd_end.send("{\"picture\":{}}").has_value());
    CHECK(s.logged() == "an order that cannot be read: {\"picture\":{}}");
    auto const r = s.request(get);
}

TEST_CASE("a listener without its descriptor is said", "[router]")
{
    one_app s;
    s.picture.listeners.push_back({2, 1234, false});
    s.tell();
    CHECK(s.logged().starts_with("cannot accept clients: "));
    auto const r = s.request(get); // the first goes on
}

TEST_CASE("the end of procd is told", "[router]")
{
    one_app s;
    s.procd_end = {};
    CHECK(s.until([&] { return s.over; }));
}

TEST_CASE("a router may go with everything under way", "[router]")
{
    one_app s;
    s.web().concurrency = 2;
    s.picture.targets[0].in_rotation = true;
    s.tell();
    auto const one = s.request(get);
    auto const upload = s.request("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nabc");
    auto const waiting = s.client(get);
    auto const slow = s.client("GET / HT");
    CHECK(s.sees([&] { return s.figures().types.front().queued == 1; }));
    s.picture.targets[0].in_rotation = false;
    s.tell();
    s.serving.reset(); // and after it the event loop
}
