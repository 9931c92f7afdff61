// A client's connection through the whole router: its requests one after the other, and limits.
#include "supervisor/front/http_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/no_descriptors.hpp"
#include "tests/unit/front/router_stage.hpp"

using namespace test;

TEST_CASE("pipelined requests are answered in their order", "[http_session]")
{
    one_app s;
    auto client = s.client("GET /1 HTTP/1.1\r\nHost: shop\r\n\r\n"
                           "POST /2 HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\nabc"
                           "\r\n" // some clients send this behind a body
                           "GET /3 HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"
                           "GET /4 HTTP/1.1\r\nHost: shop\r\n\r\n");
    auto app = s.accept(s.app);
    for (std::string const number : {"1", "2", "3"}) {
        CHECK(has(s.head(app), " /" + number + " HTTP/1.1\r\n"));
        if (number == "2")
            CHECK(s.hears(app, "abc") == "abc");
        CHECK(s.is_quiet(app)); // the next one waits
        app.say("HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\nContent-Length: 0\r\n\r\n");
        auto const head = s.head(client);
        CHECK(has(head, "X-Number: " + number + "\r\n"));
        CHECK(has(head, "Connection: close\r\n") == (number == "3"));
    }
    CHECK(s.rest(client).empty());
    CHECK(s.is_quiet(app));
}

TEST_CASE("a head may come in any pieces", "[http_session]")
{
    one_app s;
    auto client = s.client();
    for (char const c : "\r\n" + get) {
        client.say(std::string(1, c));
        s.poll();
    }
    auto app = s.accept(s.app);
    CHECK(has(s.head(app), "GET / HTTP/1.1\r\n"));
}

TEST_CASE("a request against the rules is refused, and its connection closed", "[http_session]")
{
    struct {
        std::string request;
        char const* status;
    } const rows[] = {
        {"GET / HTTP/1.1\r\n\r\n", "400"},
        {"GET / HTTP/1.1\nHost: shop\n\n", "400"},
        {"CONNECT shop:80 HTTP/1.1\r\nHost: shop\r\n\r\n", "405"},
        {"GET / HTTP/1.1\r\nHost: shop\r\nX: " + std::string(70'000, 'x'), "431"},
        {"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 1\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         "400"},
    };
    for (auto const& row : rows) {
        CAPTURE(row.request.substr(0, 60));
        one_app s;
        auto client = s.client(row.request);
        auto const head = s.head(client);
        CHECK(head.starts_with("HTTP/1.1 " + std::string(row.status) + ' '));
        CHECK(has(head, "Connection: close\r\n"));
        client.end_writing();
        s.rest(client);
        CHECK(s.logged().starts_with("at=error desc=\""));
        CHECK(s.nobody_comes(s.app));
    }
}

TEST_CASE("a bad chunk of a request is refused", "[http_session]")
{
    one_app s;
    auto client = s.client("POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n");
    auto app = s.accept(s.app);
    s.head(app);
    client.say("xyz\r\n");
    CHECK(s.head(client).starts_with("HTTP/1.1 400 "));
    s.rest(app);
}

TEST_CASE("a body that is too large is refused", "[http_session]")
{
    one_app s;
    s.picture.with.max_body = 10;
    s.tell();
    std::string const post = "POST / HTTP/1.1\r\nHost: shop\r\n";
    SECTION("by its length, before an app hears of it")
    {
        auto client = s.client(post + "Content-Length: 11\r\n\r\nhello world");
        CHECK(s.head(client).starts_with("HTTP/1.1 413 "));
        CHECK(s.nobody_comes(s.app));
    }
    SECTION("in chunks that come with the head")
    {
        auto client =
            s.client(post + "Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n");
        CHECK(s.head(client).starts_with("HTTP/1.1 413 "));
        CHECK(has(s.logged(), "desc=\"the body is too large\""));
    }
    SECTION("in chunks that come later")
    {
        auto r = s.request(post + "Transfer-Encoding: chunked\r\n\r\n");
        r.client.say("5\r\nhello\r\n");
        s.hears(r.app, "hello");
        r.client.say("6\r\n world\r\n");
        CHECK(s.head(r.client).starts_with("HTTP/1.1 413 "));
        s.rest(r.app);
    }
    SECTION("but not one that is just as large as allowed")
    {
        auto r = s.request(post + "Content-Length: 10\r\n\r\n0123456789");
        s.hears(r.app, "0123456789");
        r.app.say(ok);
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 "));
    }
}

TEST_CASE("a client that is too slow loses its connection", "[http_session]")
{
    one_app s;
    SECTION("with an answer within its head")
    {
        s.picture.with.header_timeout_ms = 300;
        s.tell();
        auto client = s.client("GET / HTTP/1.1\r\nHo");
        CHECK(s.head(client).starts_with("HTTP/1.1 408 Request Timeout\r\n"));
        client.end_writing();
        s.rest(client);
    }
    SECTION("without a word before it")
    {
        s.picture.with.header_timeout_ms = 20;
        s.tell();
        auto client = s.client();
        CHECK(s.rest(client).empty());
    }
    SECTION("or after its first request")
    {
        s.picture.with.idle_timeout_ms = 20;
        s.tell();
        auto r = s.request(get);
        r.app.say(ok);
        s.hears(r.client, "ok");
        CHECK(s.rest(r.client).empty());
    }
}

TEST_CASE("an app that is too slow gives a 504", "[http_session]")
{
    one_app s;
    s.picture.with.response_timeout_ms = 20;
    s.tell();
    auto r = s.request(get);
    CHECK(s.head(r.client).starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
    CHECK(s.logged().starts_with("at=error code=H12 desc=\"Request timeout\" "));
    s.rest(r.app); // its connection is closed
}

TEST_CASE("an app that is too slow after a body gives a 504", "[http_session]")
{
    one_app s;
    s.picture.with.response_timeout_ms = 20;
    s.tell();
    std::size_t const length = GENERATE(5u, 100'000u); // the second one is spliced
    auto r = s.request(
        "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n");
    r.client.say(std::string(length - 1, 'x') + '!');
    s.hears(r.app, "!");
    CHECK(s.head(r.client).starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
    CHECK(s.logged().starts_with("at=error code=H12 desc=\"Request timeout\" "));
}

TEST_CASE("a client whose body stands still is told so", "[http_session]")
{
    one_app s;
    procd::front::router_limits limits;
    limits.between_bytes = std::chrono::milliseconds(20);
    s.serving->limit(limits);
    auto const length = GENERATE(50, 100'000);
    auto r = s.request(
        "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(length) + "\r\n\r\nx");
    CHECK(s.head(r.client).starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    CHECK(
        s.logged().starts_with("at=error code=H28 desc=\"the body of the request stood still\" "));
    CHECK(s.rest(r.app) == "x");
}

TEST_CASE("a client that leaves while its request is in flight frees its place", "[http_session]")
{
    one_app s;
    procd::front::router_limits limits;
    limits.before_watching = std::chrono::milliseconds(1);
    s.serving->limit(limits);
    auto const line = [&] {
        CHECK(s.figures().types.front().in_flight == 0);
        return s.logged();
    };
    SECTION("before its response")
    {
        auto r = s.request(get);
        r.client.close();
        s.rest(r.app);
        auto const said = line();
        CHECK(said.starts_with("at=error code=H27 "));
        CHECK(has(said, " status=499 "));
    }
    SECTION("within its response")
    {
        auto r = s.request(get);
        r.app.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
        s.hears(r.client, "data: 1\n\n");
        r.client.close();
        s.rest(r.app);
        auto const said = line();
        CHECK(said.starts_with("at=error code=H27 "));
        CHECK(has(said, " status=200 "));
    }
    SECTION("after the body of its request")
    {
        std::size_t const length = GENERATE(5u, 100'000u);
        auto r =
            s.request("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(length) +
                      "\r\n\r\n");
        r.client.say(std::string(length - 1, 'x') + '!');
        s.hears(r.app, "!");
        r.client.close();
        s.rest(r.app);
        CHECK(line().starts_with("at=error code=H27 "));
    }
    SECTION("with a further request on its way")
    {
        auto r = s.request(get);
        r.client.say(get);
        r.client.close();
        s.rest(r.app);
        CHECK(line().starts_with("at=error code=H27 "));
    }
    SECTION("by the end of its writing")
    {
        auto r = s.request(get);
        r.client.end_writing();
        s.rest(r.app);
        CHECK(s.rest(r.client).empty());
        CHECK(line().starts_with("at=error code=H27 "));
    }
}

TEST_CASE("a client that is watched gets its responses", "[http_session]")
{
    one_app s;
    procd::front::router_limits limits;
    limits.before_watching = std::chrono::milliseconds(0);
    s.serving->limit(limits);
    auto r = s.request(get);
    bool const early = GENERATE(false, true); // the next request is there already
    for (int i = 0; i < 3; ++i) {
        s.figures(); // the watch has begun
        s.figures();
        if (early)
            r.client.say(get);
        s.figures();
        r.app.say(ok);
        CHECK(s.head(r.client).starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(s.hears(r.client, "ok") == "ok");
        CHECK(has(s.logged(), " status=200 "));
        if (!early)
            r.client.say(get);
        s.head(r.app);
    }
}

TEST_CASE("a router without descriptors lets no process rest", "[http_session]")
{
    one_app s;
    auto r = s.request(get);
    r.app.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    CHECK(s.head(r.client).starts_with("HTTP/1.1 200 OK\r\n"));
    s.logged();
    r.app.close();
    {
        test::no_descriptors const meanwhile;
        r.client.say(get);
        auto const head = s.head(r.client);
        CHECK(head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
        CHECK_FALSE(has(head, "Connection: close"));
        CHECK(s.logged().starts_with("at=error desc=\"the router is out of descriptors"));
        s.hears(r.client, "</html>");
    }
    r.client.say(get); // on the same connection
    auto app = s.accept(s.app);
    s.head(app);
}

TEST_CASE("more clients than the router may have wait outside", "[http_session]")
{
    one_app s;
    procd::front::router_limits limits;
    limits.clients = 1;
    s.serving->limit(limits);
    auto r = s.request(get);
    auto second = s.client(get);
    r.app.say(ok);
    s.hears(r.client, "ok");
    CHECK(s.is_quiet(r.app));
    CHECK(s.nobody_comes(s.app));
    r.client.close();
    s.head(r.app); // of the second one
}

TEST_CASE("forwarded fields of clients are believed if their network is trusted", "[http_session]")
{
    one_app s;
    std::string const request = "GET / HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: 192.0.2.7\r\n"
                                "X-Forwarded-Proto: https\r\n\r\n";
    SECTION("trusted")
    {
        s.picture.with.trusted = {"127.0.0.0/8"};
        s.tell();
        auto r = s.request(request);
        CHECK(has(r.head, "X-Forwarded-For: 192.0.2.7, 127.0.0.1\r\n"));
        CHECK(has(r.head, "X-Forwarded-Proto: https\r\n"));
        r.app.say(ok);
        CHECK(has(s.logged(), " fwd=\"192.0.2.7, 127.0.0.1\" "));
    }
    SECTION("not trusted")
    {
        s.picture.with.trusted = {"10.0.0.0/8"};
        s.tell();
        auto const r = s.request(request);
        CHECK(has(r.head, "X-Forwarded-For: 127.0.0.1\r\n"));
        CHECK(has(r.head, "X-Forwarded-Proto: http\r\n"));
        CHECK(has(r.head, "X-Forwarded-Port: " + std::to_string(s.front.port) + "\r\n"));
    }
}

TEST_CASE("a request without a ready process waits for one", "[http_session]")
{
    one_app s;
    s.picture.targets[0].in_rotation = false;
    s.tell();
    auto client = s.client(get);
    CHECK(s.sees([&] { return s.figures().types.front().queued == 1; }));
    s.picture.targets[0].in_rotation = true;
    s.tell();
    auto app = s.accept(s.app);
    s.head(app);
    app.say(ok);
    CHECK(s.head(client).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that leaves while its request waits gives up its place", "[http_session]")
{
    one_app s;
    s.web().concurrency = 1;
    s.tell();
    auto first = s.request(get);
    auto second = s.client(get), third = s.client(get);
    CHECK(s.sees([&] { return s.figures().types.front().queued == 2; }));
    second.close();
    CHECK(s.sees([&] { return s.figures().types.front().queued == 1; }));
    auto const line = s.logged();
    CHECK(line.starts_with("at=error code=H27 "));
    CHECK(has(line, " process= "));
    CHECK(has(line, " status=499 "));
    first.app.say(ok);
    s.head(first.app); // the third request, on the same connection
    first.app.say(ok);
    CHECK(s.head(third).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that leaves behind bytes that nobody has read gives up its place",
          "[http_session]")
{
    one_app s;
    s.web().paused = true;
    s.tell();
    auto client = s.client("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\n" +
                           std::string(100'000, 'x'));
    CHECK(s.sees([&] { return s.figures().types.front().queued == 1; }));
    client.close();
    CHECK(s.sees([&] { return s.figures().types.front().queued == 0; }));
    CHECK(s.logged().starts_with("at=error code=H27 "));
    s.web().paused = false;
    s.tell();
    CHECK(s.nobody_comes(s.app));
}

TEST_CASE("a client that sends more while its request waits keeps its place", "[http_session]")
{
    one_app s;
    s.web().paused = true;
    s.tell();
    auto client = s.client(get);
    CHECK(s.sees([&] { return s.figures().types.front().queued == 1; }));
    client.say(get); // the next request
    s.poll();
    s.web().paused = false;
    s.tell();
    auto app = s.accept(s.app);
    for (int i = 0; i < 2; ++i) {
        s.head(app);
        app.say(ok);
        CHECK(s.hears(client, "ok").starts_with("HTTP/1.1 200 "));
    }
}

TEST_CASE("a type that gives no process gives a 503 with its page", "[http_session]")
{
    one_app s;
    s.picture.with.unavailable_page = "<p>soon</p>";
    char const* code = "";
    SECTION("in maintenance")
    {
        s.web().maintenance = true;
        code = "H80";
    }
    SECTION("scaled to 0")
    {
        s.web().wanted = false;
        code = "H14";
    }
    SECTION("that has crashed")
    {
        s.picture.targets[0].in_rotation = false;
        s.web().over = true;
        code = "H10";
    }
    SECTION("with a full queue")
    {
        s.web().paused = true;
        s.web().queue = 0;
        code = "H11";
    }
    SECTION("with nothing ready in time")
    {
        s.picture.targets[0].in_rotation = false;
        s.web().hold_ms = 5;
        code = "H20";
    }
    s.tell();
    auto client = s.client(get);
    for (int i = 0; i < 2; ++i) { // its connection is kept
        auto const head = s.head(client);
        CHECK(head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
        CHECK(has(head, "Retry-After: 1\r\n"));
        CHECK(s.hears(client, "</p>") == "<p>soon</p>");
        CHECK(s.logged().starts_with("at=error code=" + std::string(code)));
        client.say(get);
    }
}

TEST_CASE("clients of this machine can have a page of their own", "[http_session]")
{
    one_app s;
    s.web().wanted = false;
    s.picture.with.unavailable_page = "<p>soon</p>";
    s.web().loopback_page = "<p>web crashed</p>";
    s.tell();
    auto client = s.client(get);
    s.head(client);
    CHECK(s.hears(client, "</p>") == "<p>web crashed</p>");
}

TEST_CASE("the page of the maintenance is the same for all clients", "[http_session]")
{
    one_app s;
    s.web().maintenance = true;
    s.web().loopback_page = "<p>web crashed</p>";
    s.tell();
    auto client = s.client(get);
    s.head(client);
    CHECK(s.hears(client, "</p>").ends_with("<p>This site is down for maintenance.</p>"));
    s.picture.with.unavailable_page = "<p>soon</p>";
    s.tell();
    client.say(get);
    s.head(client);
    CHECK(s.hears(client, "</p>") == "<p>soon</p>");
}
