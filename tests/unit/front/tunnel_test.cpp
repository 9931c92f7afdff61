// Upgraded connections, and those of types with protocol = "tcp", through the whole router.
#include "supervisor/front/tunnel.hpp"
#include "supervisor/os/signals.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/router_stage.hpp"

using namespace test;

namespace {

std::string const upgrade =
    "GET /chat HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
std::string const switching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

} // namespace

TEST_CASE("an upgraded connection carries bytes both ways", "[tunnel]")
{
    one_app s;
    auto r = s.request(upgrade);
    CHECK(has(r.head, "Upgrade: websocket\r\n"));
    CHECK(has(r.head, "Connection: upgrade\r\n"));
    r.client.say("early");
    r.app.say(switching + "hello");
    auto const head = s.head(r.client);
    CHECK(head.starts_with("HTTP/1.1 101 "));
    CHECK(has(head, "Upgrade: websocket\r\n"));
    CHECK(s.hears(r.client, "hello") == "hello");
    CHECK(s.hears(r.app, "early") == "early");
    r.client.say("GET / HTTP/1.1\r\n\r\n\x01\x02");
    CHECK(s.hears(r.app, "\x02") == "GET / HTTP/1.1\r\n\r\n\x01\x02");
    r.app.say("answer");
    CHECK(s.hears(r.client, "answer") == "answer");
    SECTION("until the app ends it")
    {
        r.app.close();
        CHECK(s.rest(r.client).empty());
        r.client.close();
        CHECK(has(s.logged(), " status=101 bytes=11 "));
    }
    SECTION("until the client ends it")
    {
        r.client.close();
        CHECK(s.rest(r.app).empty());
        r.app.close();
        s.logged();
    }
    SECTION("half of it, too")
    {
        r.client.end_writing();
        CHECK(s.rest(r.app).empty());
        r.app.say("last words");
        CHECK(s.hears(r.client, "last words") == "last words");
    }
}

namespace {

// A tunnel between two pairs of sockets.
struct scene : test::loop {
    scene()
    {
        os::ignore_write_signals();
        tasks.spawn("the tunnel",
                    procd::front::tunnel::run(
                        std::make_shared<procd::front::tunnel>(with, client.near, app.near)),
                    [this](auto const&) { over = true; });
        poll();
    }

    procd::front::house with{io, os::unique_fd(::open("/dev/null", O_WRONLY | O_CLOEXEC))};
    test::pair client{*this}, app{*this};
    bool over = false;
};

} // namespace

TEST_CASE("an app that reads no more may still say something", "[tunnel]")
{
    scene s;
    ::shutdown(s.app.far.get(), SHUT_RD);
    s.client.say("too long");
    s.poll();
    s.app.say("an error");
    s.app.far.reset();
    CHECK(s.until([&] { return s.over; }));
    CHECK(s.client.heard() == "an error");
}

TEST_CASE("a client may go on for as long as the app reads", "[tunnel]")
{
    scene s;
    s.with.limits.after_the_end = std::chrono::milliseconds(40);
    ::shutdown(s.app.far.get(), SHUT_WR);
    auto const late = std::chrono::steady_clock::now() + std::chrono::milliseconds(120);
    while (std::chrono::steady_clock::now() < late) {
        s.client.say("x");
        REQUIRE(s.until([&] { return s.app.heard() == "x"; }));
    }
    CHECK_FALSE(s.over);
    SECTION("and no longer") {}
    SECTION("or until it closes")
    {
        s.client.far.reset();
    }
    CHECK(s.until([&] { return s.over; }));
}

TEST_CASE("an app that neither reads nor writes holds no tunnel", "[tunnel]")
{
    scene s;
    s.with.limits.after_the_end = std::chrono::milliseconds(20);
    std::string const much(64 << 10, 'x');
    for (int quiet = 0; quiet < 50;) { // until nobody takes more
        auto const sent = ::send(s.client.far.get(), much.data(), much.size(), MSG_DONTWAIT);
        quiet = sent > 0 ? 0 : quiet + 1;
        s.poll();
    }
    ::shutdown(s.app.far.get(), SHUT_WR);
    CHECK(s.until([&] { return s.over; }));
}

TEST_CASE("an upgraded connection holds back no drain", "[tunnel]")
{
    one_app s;
    auto r = s.request(upgrade);
    r.app.say(switching);
    s.head(r.client);
    s.picture.targets[0].in_rotation = false;
    s.tell();
    CHECK(s.sees([&] { return s.idle.contains(s.id); }));
    r.app.say("still there");
    CHECK(s.hears(r.client, "still there") == "still there");
}

TEST_CASE("an app may answer an upgrade without one", "[tunnel]")
{
    one_app s;
    auto r = s.request(upgrade);
    r.app.say(ok);
    CHECK(s.head(r.client).starts_with("HTTP/1.1 200 "));
    s.hears(r.client, "ok");
    r.client.say(get);
    s.head(r.app);
}

TEST_CASE("a type with protocol tcp gets bytes as they are", "[tcp_session]")
{
    one_app s("tcp");
    auto client = s.client("\x16\x03\x01 no HTTP");
    auto app = s.accept(s.app);
    CHECK(s.hears(app, "no HTTP") == "\x16\x03\x01 no HTTP");
    app.say("\r\n\r\n");
    CHECK(s.hears(client, "\r\n\r\n") == "\r\n\r\n");
    SECTION("with a half that ends first")
    {
        client.end_writing();
        CHECK(s.rest(app).empty());
        app.say("result");
        app.close();
        CHECK(s.rest(client) == "result");
        auto const line = s.logged();
        CHECK(line.starts_with("at=info "));
        CHECK(has(line, " process=web.1 "));
        CHECK(has(line, " bytes=10 protocol=tcp"));
    }
    SECTION("and the process with the fewest gets the next one")
    {
        listening other;
        s.add(other.port);
        s.tell();
        auto second = s.client("x");
        auto to = s.accept(other);
        CHECK(s.hears(to, "x") == "x");
    }
    SECTION("and holds back the drain")
    {
        s.picture.targets[0].in_rotation = false;
        s.tell();
        CHECK_FALSE(s.idle.contains(s.id));
        client.close();
        app.close();
        CHECK(s.sees([&] { return s.idle.contains(s.id); }));
    }
}

TEST_CASE("a tcp connection that no process takes is closed", "[tcp_session]")
{
    router_stage s("tcp");
    SECTION("because the type is scaled to 0")
    {
        s.web().wanted = false;
        s.tell();
        auto client = s.client();
        CHECK(s.rest(client).empty());
        CHECK(s.logged().starts_with("at=error code=H14 "));
    }
    SECTION("because nothing is ready in time")
    {
        s.web().hold_ms = 5;
        s.tell();
        auto client = s.client();
        CHECK(s.rest(client).empty());
        CHECK(s.logged().starts_with("at=error code=H20 "));
    }
}
