// Requests and responses through the whole router.
#include "supervisor/front/exchange.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/router_stage.hpp"

using namespace test;

namespace {

std::string const post = "POST / HTTP/1.1\r\nHost: shop\r\n";
std::string const chunked = "Transfer-Encoding: chunked\r\n\r\n";

} // namespace

TEST_CASE("requests share the connections of both sides", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    CHECK(has(r.head, "GET / HTTP/1.1\r\n"));
    CHECK(has(r.head, "Host: shop\r\n"));
    CHECK(has(r.head, "X-Forwarded-For: 127.0.0.1\r\n"));
    for (int i = 0; i < 3; ++i) {
        r.app.say(ok);
        auto const head = s.head(r.client);
        CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK_FALSE(has(head, "Connection:"));
        CHECK(s.hears(r.client, "ok") == "ok");
        auto const line = s.logged();
        CHECK(line.starts_with("at=info method=GET path=\"/\" host=shop request_id="));
        CHECK(has(line, " process=web.1 connect="));
        CHECK(has(line, " status=200 bytes=2 protocol=http"));
        r.client.say(get);
        s.head(r.app);
    }
    CHECK(s.nobody_comes(s.app));
}

TEST_CASE("a body of chunks goes both ways as it was sent", "[exchange]")
{
    one_app s;
    auto r = s.request(post + chunked + "5\r\nhel");
    CHECK(has(r.head, "Transfer-Encoding: chunked\r\n"));
    CHECK_FALSE(has(r.head, "Content-Length"));
    CHECK(s.hears(r.app, "5\r\nhel") == "5\r\nhel");
    r.client.say("lo\r\n0\r\nX-Sum: 7\r\n\r\n");
    CHECK(s.hears(r.app, "7\r\n\r\n") == "lo\r\n0\r\nX-Sum: 7\r\n\r\n");
    r.app.say("HTTP/1.1 200 OK\r\n" + chunked);
    CHECK(has(s.head(r.client), "Transfer-Encoding: chunked\r\n"));
    r.app.say("3;a=b\r\none\r\n"); // arrives before the next piece is sent
    CHECK(s.hears(r.client, "one\r\n") == "3;a=b\r\none\r\n");
    r.app.say("3\r\ntwo\r\n0\r\n\r\n");
    CHECK(s.hears(r.client, "0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n");
    r.client.say(get);
    s.head(r.app); // both connections go on
}

TEST_CASE("a large body of a known length goes through whole", "[exchange]")
{
    one_app s;
    std::string const body(500'000, 'b');
    auto r = s.request(post + "Content-Length: 500000\r\n\r\n");
    std::string sent = body;
    std::string at_app, at_client;
    ::fcntl(r.client.fd.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(r.app.fd.get(), F_SETFL, O_NONBLOCK);
    auto const push = [](line const& to, std::string& left) {
        auto const count = ::send(to.fd.get(), left.data(), left.size(), MSG_NOSIGNAL);
        left.erase(0, count > 0 ? static_cast<std::size_t>(count) : 0);
    };
    REQUIRE(s.sees([&] {
        push(r.client, sent);
        r.app.look();
        return r.app.heard.size() >= body.size();
    }));
    CHECK((r.app.heard == body));
    r.app.heard.clear();
    sent = "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + body;
    REQUIRE(s.sees([&] {
        push(r.app, sent);
        r.client.look();
        return r.client.heard.size() > body.size();
    }));
    s.head(r.client);
    REQUIRE(s.sees([&] {
        push(r.app, sent);
        r.client.look();
        return r.client.heard.size() >= body.size();
    }));
    CHECK((r.client.heard == body));
    CHECK(has(s.logged(), " bytes=500000 "));
}

TEST_CASE("a large body of an unknown length goes through until the app closes", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say("HTTP/1.1 200 OK\r\n\r\n");
    s.head(r.client);
    for (char const letter : {'a', 'b', 'c', 'd', 'e'}) {
        std::string const part = std::string(40'000, letter) + '!';
        r.app.say(part);
        CHECK((s.hears(r.client, "!") == part));
    }
    r.app.close();
    CHECK(s.rest(r.client).empty());
    auto const line = s.logged();
    CHECK(line.starts_with("at=info "));
    CHECK(has(line, " bytes=200005 "));
}

TEST_CASE("responses without a body end with their head", "[exchange]")
{
    one_app s;
    struct {
        char const* method;
        char const* response;
    } const rows[] = {
        {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n"},
        {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
        {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4711\r\n\r\n"},
    };
    std::optional<one_app::under_way> r;
    for (auto const& row : rows) {
        CAPTURE(row.method, row.response);
        auto const request = std::string(row.method) + " / HTTP/1.1\r\nHost: shop\r\n\r\n";
        if (!r) {
            r = s.request(request);
        } else {
            r->client.say(request);
            s.head(r->app);
        }
        r->app.say(row.response);
        auto const head = s.head(r->client);
        CHECK(head.substr(0, 12) == std::string(row.response).substr(0, 12));
        CHECK(has(head, "4711") == has(row.response, "4711"));
        CHECK(s.is_quiet(r->client));
    }
}

TEST_CASE("interim responses go to clients that know them", "[exchange]")
{
    one_app s;
    SECTION("100, for which the client waits with its body")
    {
        auto r = s.request(post + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        CHECK(has(r.head, "Expect: 100-continue\r\n"));
        r.app.say("HTTP/1.1 100 Continue\r\n\r\n");
        CHECK(s.head(r.client).starts_with("HTTP/1.1 100 Continue\r\n"));
        r.client.say("body");
        CHECK(s.hears(r.app, "body") == "body");
        r.app.say(ok);
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 OK\r\n"));
    }
    SECTION("103, twice")
    {
        auto r = s.request(get);
        r.app.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        CHECK(has(s.head(r.client), "Link: </a>\r\n"));
        r.app.say("HTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n" + ok);
        CHECK(has(s.head(r.client), "Link: </b>\r\n"));
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 OK\r\n"));
    }
    SECTION("not to one of HTTP/1.0")
    {
        auto r = s.request("GET / HTTP/1.0\r\nHost: shop\r\n\r\n");
        r.app.say("HTTP/1.1 103 Early Hints\r\n\r\n" + ok);
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

TEST_CASE("a client of HTTP/1.0 gets a body without chunks, up to the end", "[exchange]")
{
    one_app s;
    auto r = s.request("GET / HTTP/1.0\r\nHost: shop\r\nConnection: keep-alive\r\n\r\n");
    CHECK(has(r.head, "GET / HTTP/1.1\r\n"));
    r.app.say("HTTP/1.1 200 OK\r\n" + chunked + "5\r\nhello\r\n1\r");
    r.app.say("\n!\r\n0\r\n\r\n");
    auto const head = s.head(r.client);
    CHECK_FALSE(has(head, "Transfer-Encoding"));
    CHECK(has(head, "Connection: close\r\n"));
    CHECK(s.rest(r.client) == "hello!");
    auto second = s.client(get);
    s.head(r.app); // the app's connection goes on
}

TEST_CASE("an app that closes is not asked on the same connection again", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    SECTION("because it says so")
    {
        r.app.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        CHECK_FALSE(has(s.head(r.client), "Connection:")); // the client's one goes on
        s.hears(r.client, "ok");
    }
    SECTION("because the body ends so")
    {
        r.app.say("HTTP/1.1 200 OK\r\n\r\nall of it");
        CHECK(has(s.head(r.client), "Connection: close\r\n"));
        r.app.close();
        CHECK(s.rest(r.client) == "all of it");
        r.client = s.client();
    }
    SECTION("because it has said more than it announced")
    {
        r.app.say(ok + "HTTP/1.1 200 OK\r\n\r\nforged");
        s.hears(r.client, "ok");
        CHECK(s.is_quiet(r.client));
    }
    r.client.say(get);
    auto next = s.accept(s.app);
    s.head(next);
}

TEST_CASE("a kept connection that the app has closed fails no GET", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say(ok);
    s.hears(r.client, "ok");
    SECTION("GET is sent once more")
    {
        r.client.say(get);
        s.head(r.app);
        r.app.close(); // without a byte of a response
        auto again = s.accept(s.app);
        s.head(again);
        again.say(ok);
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 OK\r\n"));
    }
    SECTION("and once to another process, which may be the same, but not for ever")
    {
        r.client.say(get);
        s.head(r.app);
        r.app.close();
        for (int tries = 0; tries < 2; ++tries) {
            auto again = s.accept(s.app);
            s.head(again);
            again.close();
        }
        CHECK(s.head(r.client).starts_with("HTTP/1.1 502 "));
        CHECK(s.nobody_comes(s.app));
    }
    SECTION("nor when a part of a response has come")
    {
        r.client.say(get);
        s.head(r.app);
        r.app.say("HTTP/1.1 2");
        r.app.close();
        CHECK(s.head(r.client).starts_with("HTTP/1.1 502 "));
        CHECK(s.nobody_comes(s.app));
    }
    SECTION("POST is not repeated")
    {
        r.client.say(post + "Content-Length: 0\r\n\r\n");
        s.head(r.app);
        r.app.close();
        CHECK(s.head(r.client).starts_with("HTTP/1.1 502 "));
        s.logged();
        CHECK(s.logged().starts_with("at=error code=H13 "));
        CHECK(s.nobody_comes(s.app));
    }
    SECTION("a connection closed while it waits is not taken, even for POST")
    {
        r.app.close();
        r.client.say(post + "Content-Length: 0\r\n\r\n");
        auto next = s.accept(s.app);
        s.head(next);
        next.say(ok);
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 "));
    }
}

TEST_CASE("an app that answers by no rule gives a 502", "[exchange]")
{
    for (char const* const garbage :
         {"SSH-2.0-OpenSSH\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
          "HTTP/1.1 200 OK\n\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
          "HTTP/2 200\r\n\r\n"}) {
        CAPTURE(garbage);
        one_app s;
        auto r = s.request(get);
        r.app.say(garbage);
        auto const head = s.head(r.client);
        CHECK(head.starts_with("HTTP/1.1 502 Bad Gateway\r\n"));
        CHECK(has(head, "Connection: close\r\n"));
        CHECK(s.logged().starts_with("at=error code=H17 "));
        s.rest(r.app); // it is closed
    }
}

TEST_CASE("an app that dies within the body cuts the client's response", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    std::string body;
    SECTION("of a known length")
    {
        r.app.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        body = "half";
    }
    SECTION("of a known length that is large enough for a pipe")
    {
        body = std::string(60'000, 'h');
        r.app.say("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + body);
    }
    SECTION("in chunks")
    {
        r.app.say("HTTP/1.1 200 OK\r\n" + chunked + "4\r\nhalf\r\n");
        body = "4\r\nhalf\r\n";
    }
    SECTION("in bad chunks")
    {
        r.app.say("HTTP/1.1 200 OK\r\n" + chunked + "4\r\nhalfX");
        body = "4\r\nhalf";
    }
    s.head(r.client);
    r.app.close();
    CHECK(s.rest(r.client) == body);
    CHECK(s.logged().starts_with("at=error code=H18 "));
}

TEST_CASE("a body that ends with its connection is not whole after a reset", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say("HTTP/1.1 200 OK\r\n\r\nhalf");
    s.head(r.client);
    s.hears(r.client, "half");
    SECTION("of a short body") {}
    SECTION("of a body that has become long")
    {
        for (int i = 0; i < 4; ++i) { // the last pieces are spliced
            r.app.say(std::string(32 << 10, 'x') + "more");
            s.hears(r.client, "more");
        }
    }
    linger const at_once{1, 0}; // closing resets the connection
    ::setsockopt(r.app.fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    r.app.close();
    CHECK(s.rest(r.client).empty());
    CHECK(s.logged().starts_with("at=error code=H18 "));
}

TEST_CASE("an app that refuses is followed by another one", "[exchange]")
{
    router_stage s;
    auto closed = std::make_unique<listening>();
    s.add(closed->port);
    closed.reset();
    SECTION("which gets the request")
    {
        listening app;
        s.add(app.port);
        s.tell();
        for (int i = 0; i < 3; ++i) { // the one that refused rests
            auto client = s.client(get);
            auto to = s.accept(app);
            s.head(to);
            to.say(ok);
            CHECK(s.head(client).starts_with("HTTP/1.1 200 "));
            CHECK(has(s.logged(), " process=web.2 "));
        }
    }
    SECTION("or by none")
    {
        s.web().queue_timeout_ms = 20;
        s.tell();
        auto client = s.client(get);
        CHECK(s.head(client).starts_with("HTTP/1.1 503 "));
        CHECK(s.logged().starts_with("at=error code=H11 "));
    }
}

TEST_CASE("a request that kills its process goes to one other process, no more", "[exchange]")
{
    router_stage s;
    std::vector<std::unique_ptr<listening>> apps;
    std::vector<line> kept; // a connection to each, in the pool
    for (int i = 0; i < 5; ++i) {
        apps.push_back(std::make_unique<listening>());
        s.add(apps.back()->port);
    }
    s.tell();
    std::vector<line> clients;
    for (auto const& app : apps) {
        clients.push_back(s.client(get));
        kept.push_back(s.accept(*app));
        s.head(kept.back());
    }
    for (std::size_t i = 0; i < apps.size(); ++i) {
        kept[i].say(ok);
        s.hears(clients[i], "ok");
    }
    int killed = 0;
    auto client = s.client(get);
    bool const answered = s.sees([&] {
        client.look();
        for (std::size_t i = 0; i < apps.size(); ++i) {
            if (!apps[i])
                continue;
            kept[i].look();
            bool const on_kept = !kept[i].heard.empty();
            os::unique_fd const on_new(
                ::accept4(apps[i]->fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (on_kept || on_new) {
                ++killed;
                kept[i].close();
                apps[i].reset();
            }
        }
        return client.heard.find("\r\n\r\n") != std::string::npos;
    });
    CHECK(answered);
    CHECK(client.heard.starts_with("HTTP/1.1 502 "));
    CHECK(killed == 2);
}

TEST_CASE("a large upload passes whole, and the connections go on", "[exchange]")
{
    one_app s;
    constexpr int pieces = 10;
    auto r = s.request(post + "Content-Length: 300000\r\n\r\n");
    std::size_t heard = 0;
    for (int i = 0; i < pieces; ++i) {
        r.client.say(std::string(30'000 - 1, static_cast<char>('a' + i)) + '|');
        heard += s.hears(r.app, "|").size();
    }
    CHECK(heard == 300'000);
    r.app.say(ok);
    CHECK(s.hears(r.client, "ok").starts_with("HTTP/1.1 200 "));
    r.client.say(get);
    CHECK(s.head(r.app).starts_with("GET / "));
    r.app.say(ok);
    CHECK(s.hears(r.client, "ok").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that leaves within a large upload ends it", "[exchange]")
{
    one_app s;
    auto r = s.request(post + "Content-Length: 300000\r\n\r\n");
    r.client.say("half|");
    s.hears(r.app, "half|");
    r.client.close();
    s.rest(r.app);
    CHECK(s.logged().starts_with("at=error code=H27 "));
}

TEST_CASE("an app that has answered gets the rest of the request", "[exchange]")
{
    one_app s;
    bool const in_chunks = GENERATE(false, true);
    auto r = s.request(in_chunks ? post + chunked + "a\r\nhello"
                                 : post + "Content-Length: 10\r\n\r\nhello");
    s.hears(r.app, "hello");
    r.app.say(ok);
    CHECK_FALSE(has(s.head(r.client), "Connection:"));
    CHECK(s.hears(r.client, "ok") == "ok");
    r.client.say("world" + std::string(in_chunks ? "\r\n0\r\n\r\n" : "") + get);
    s.hears(r.app, "world");
    CHECK(s.logged().starts_with("at=info method=POST "));
    s.head(r.app); // the next request, on the same connection
    r.app.say(ok);
    s.head(r.client);
}

TEST_CASE("a client that cannot send on after an early answer is told so", "[exchange]")
{
    one_app s;
    std::string const half = "Content-Length: 10\r\n\r\nhello";
    SECTION("because the app closes its connection")
    {
        auto r = s.request(post + half);
        r.app.say("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        CHECK(has(s.head(r.client), "Connection: close\r\n"));
    }
    SECTION("because it has not been asked for the body")
    {
        auto r = s.request(post + "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        r.app.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        CHECK(has(s.head(r.client), "Connection: close\r\n"));
        CHECK(s.rest(r.client).empty());
    }
}

TEST_CASE("an app may take its time between the parts of its answer", "[exchange]")
{
    one_app s;
    s.picture.with.response_timeout_ms = 30;
    s.tell();
    auto r = s.request(get);
    std::string const first = GENERATE(as<std::string>(), "HTTP/1.1 103 Early Hints\r\n\r\n",
                                       "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 20", "HTTP/1.1 20");
    r.app.say(first);
    s.pass(std::chrono::milliseconds(60));
    r.app.say(ok.substr(first.ends_with("20") ? 11 : 0));
    CHECK(s.hears(r.client, "ok").find("HTTP/1.1 200 OK\r\n") != std::string::npos);
}

TEST_CASE("a request that cannot be repeated takes no connection that waited long", "[exchange]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say(ok);
    s.hears(r.client, "ok");
    s.pass(std::chrono::milliseconds(550));
    SECTION("a PUT with a body")
    {
        r.client.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    }
    SECTION("a POST")
    {
        r.client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    }
    auto fresh = s.accept(s.app);
    s.head(fresh);
}

TEST_CASE("a client can tell a body that was cut from a whole one", "[exchange]")
{
    one_app s;
    SECTION("a client of HTTP/1.0")
    {
        auto r = s.request("GET / HTTP/1.0\r\nHost: shop\r\n\r\n");
        r.app.say("HTTP/1.1 200 OK\r\n" + chunked + "64\r\nabc");
        s.hears(r.client, "abc");
        r.app.close();
        s.rest(r.client);
        CHECK(r.client.was_reset);
    }
    SECTION("a body that ends with its connection")
    {
        auto r = s.request(get);
        r.app.say("HTTP/1.1 200 OK\r\n\r\nabc");
        s.hears(r.client, "abc");
        linger const hard{1, 0};
        ::setsockopt(r.app.fd.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        r.app.close();
        s.rest(r.client);
        CHECK(r.client.was_reset);
    }
    CHECK(s.logged().starts_with("at=error code=H18 "));
}

TEST_CASE("an app that answers before it has read everything is heard", "[exchange]")
{
    one_app s;
    procd::front::router_limits limits;
    limits.after_the_end = std::chrono::milliseconds(20);
    s.serving->limit(limits);
    auto r = s.request(post + "Content-Length: 100000000\r\n\r\n");
    ::fcntl(r.client.fd.get(), F_SETFL, O_NONBLOCK);
    std::string const piece(65'536, 'x');
    int full = 0;
    REQUIRE(s.sees([&] { // until nothing moves any more
        auto const sent = ::send(r.client.fd.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
        full = sent > 0 ? 0 : full + 1;
        return full > 20;
    }));
    r.app.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!");
    auto const head = s.head(r.client);
    CHECK(head.starts_with("HTTP/1.1 413 "));
    CHECK(s.hears(r.client, "no!") == "no!");
    s.rest(r.client); // and its connection ends
    CHECK(has(s.logged(), " status=413 bytes=3 "));
}
