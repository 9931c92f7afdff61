// procctl routing, and the router in the status, with the real programs.
#include "tests/integration/fronted_app.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <csignal>
#include <memory>

using namespace test;

namespace {

boost::json::object routing_of_web(fronted_app& app)
{
    auto const answer = app->ctl({"routing", "--json"});
    INFO(answer.out << answer.err);
    REQUIRE(answer.code == 0);
    return boost::json::parse(answer.out).as_array().at(0).as_object();
}

std::string state_of_web(fronted_app& app)
{
    return std::string(routing_of_web(app).at("state").as_string());
}

int router_of_status(fronted_app& app)
{
    auto const status = app->request("GET", "/v1/status").json();
    auto const& pid = status.at_pointer("/router/pid");
    return pid.is_null() ? 0 : pid.to_number<int>();
}

// A figure of web that grows; -1 while it is unknown.
double figure(fronted_app& app, char const* name)
{
    auto const web = routing_of_web(app);
    return web.at(name).is_null() ? -1 : web.at(name).to_number<double>();
}

std::string const ask = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A process that stands still until the object is gone.
class standstill {
public:
    explicit standstill(int pid) : pid_(pid) { ::kill(pid_, SIGSTOP); }
    standstill(standstill const&) = delete;
    standstill& operator=(standstill const&) = delete;
    ~standstill() { ::kill(pid_, SIGCONT); }

private:
    int pid_;
};

} // namespace

TEST_CASE("a pause holds requests, and resume lets all of them go on", "[routing]")
{
    fronted_app app("count = 2\n");
    app.wait_until_served();
    auto const paused = app->ctl({"routing", "pause", "web"});
    CHECK(paused.code == 0);
    CHECK(has(paused.out, "web is paused: its requests wait for up to 30s"));
    std::vector<std::unique_ptr<http_client>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<http_client>(app.port()));
        REQUIRE(clients.back()->send(ask));
    }
    REQUIRE(eventually([&] { return figure(app, "queued") == 5; }));
    CHECK(state_of_web(app) == "paused");
    CHECK(app->ctl({"restart", "web"}).code == 0);       // nobody notices
    CHECK(app->ctl({"routing:pause", "web"}).code == 0); // the other spelling; as it was
    CHECK(figure(app, "queued") == 5);
    auto const resumed = app->ctl({"routing", "resume", "web"});
    CHECK(resumed.code == 0);
    CHECK(has(resumed.out, "web is open"));
    for (auto const& client : clients)
        CHECK(client->read_answer().status == 200);
    CHECK(app.get().status == 200);
    auto const again = app->ctl({"routing", "resume", "web"});
    CHECK(again.code == 0);
    CHECK(has(again.err, "web was not paused"));
}

TEST_CASE("a pause holds requests while the app is scaled to 0 and back", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    REQUIRE(app->ctl({"routing", "pause", "web"}).code == 0);
    http_client client(app.port());
    REQUIRE(client.send(ask));
    REQUIRE(eventually([&] { return figure(app, "queued") == 1; }));
    CHECK(app->ctl({"scale", "web=0"}).code == 0);
    CHECK(app->ctl({"scale", "web=1"}).code == 0);
    CHECK(app->ctl({"wait", "web"}).code == 0);
    CHECK(app->ctl({"routing", "resume", "web"}).code == 0);
    CHECK(client.read_answer().status == 200);
}

TEST_CASE("a disabled type answers with the maintenance page until it is enabled", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    REQUIRE(app->ctl({"routing", "disable", "web"}).code == 0);
    auto const answer = app.get();
    CHECK(answer.status == 503);
    CHECK(has(answer.head, "Retry-After:"));
    CHECK(has(answer.body, "down for maintenance"));
    app->expect("at=error code=H80 desc=\"Maintenance mode\"");
    CHECK(state_of_web(app) == "disabled");
    CHECK(app->ctl({"routing", "pause", "web"}).code == 0);
    CHECK(app.get().status == 503); // at once
    CHECK(app->ctl({"routing", "resume", "web"}).code == 0);
    CHECK(app.get().status == 503); // a pause that ends is not the end of the maintenance
    CHECK(app->ctl({"routing", "enable", "web"}).code == 0);
    CHECK(app.get().status == 200);
    auto const events = app->ctl({"events"}).out;
    for (auto const* const kind : {"disabled", "paused", "resumed", "enabled"})
        CHECK(has(events, std::string("Z  ") + kind));
}

TEST_CASE("the page of [front] is the maintenance page, too", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    app->write("503.html", "<p>back at noon</p>");
    app->write("procd.toml",
               read_file(app->file("procd.toml")) + "[front]\nerror_page = \"503.html\"\n");
    REQUIRE(app->ctl({"reload"}).code == 0);
    REQUIRE(app->ctl({"routing", "disable", "web"}).code == 0);
    CHECK(app.get().body == "<p>back at noon</p>");
}

TEST_CASE("serve keeps what is set about a front port, and so does a reload", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    REQUIRE(app->ctl({"routing", "disable", "web"}).code == 0);
    app->write(".env", "ROUND=2\n");
    CHECK(app->ctl({"reload"}).code == 0);
    CHECK(app.get().status == 503);
    CHECK(app->ctl({"releases", "rollback"}).code == 0);
    CHECK(state_of_web(app) == "disabled");
    app->signal(SIGTERM);
    CHECK(app->wait() == 0);
    app.start_again();
    REQUIRE(eventually([&] { return app.get().status == 503; }));
    CHECK(state_of_web(app) == "disabled");
    CHECK(app->ctl({"routing", "enable", "web"}).code == 0);
    app.wait_until_served();
}

TEST_CASE("a reload that fails puts back what was set about a front port", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    auto const config = read_file(app->file("procd.toml"));
    REQUIRE(app->ctl({"routing", "disable", "web"}).code == 0);
    app->write("procd.toml", "[types.web]\nrollout = { progress_deadline = \"1s\" }\n");
    app->write("Procfile", "web: exit 3\n");
    CHECK(app->ctl({"reload"}).code == 1);
    CHECK(state_of_web(app) == "disabled");
    app->write("procd.toml", "");
    app->write("Procfile", "web: exec " PUPPET " web\n");
    CHECK(app->ctl({"reload", "--force"}).code == 0);
    CHECK(app->ctl({"routing"}).out == "No front ports found; listen = \"8080\" in [types.web] of "
                                       "procd.toml opens one.\n");
    app->write("procd.toml", config);
    CHECK(app->ctl({"reload"}).code == 0);
    CHECK(state_of_web(app) == "open"); // it is a new one
}

TEST_CASE("up forgets what was set about a front port", "[routing]")
{
    fronted_app app("", {"up"});
    app.wait_until_served();
    REQUIRE(app->ctl({"routing", "disable", "web"}).code == 0);
    CHECK(app.get().status == 503);
    app->signal(SIGTERM);
    CHECK(app->wait() == 0);
    app.start_again();
    app.wait_until_served();
    CHECK(state_of_web(app) == "open");
}

TEST_CASE("a type that is off, stopped or has given up is told apart", "[routing]")
{
    fronted_app app("max_restarts = 1\n");
    app.wait_until_served();
    CHECK(app->ctl({"scale", "web=0"}).code == 0);
    CHECK(state_of_web(app) == "scaled to 0");
    auto const paused = app->ctl({"routing", "pause", "web"});
    CHECK(has(paused.out, "web is paused: "));
    CHECK(state_of_web(app) == "paused");
    auto const resumed = app->ctl({"routing", "resume", "web"});
    CHECK(has(resumed.out, "web is neither paused nor disabled, but scaled to 0"));
    CHECK(app->ctl({"scale", "web=1"}).code == 0);
    CHECK(app->ctl({"stop", "web"}).code == 0);
    CHECK(state_of_web(app) == "stopped");
    CHECK(app->ctl({"start", "web"}).code == 0);
    CHECK(state_of_web(app) == "open");
    REQUIRE(eventually([&] {
        auto const web = app->process("web.1");
        if (!web.at("pid").is_null())
            ::kill(web.at("pid").to_number<int>(), SIGKILL);
        return web.at("state") == "crashed";
    }));
    CHECK(state_of_web(app) == "crashed");
}

TEST_CASE("routing counts the requests in flight, those that wait, and their times", "[routing]")
{
    fronted_app app("concurrency = 1\n");
    app.wait_until_served();
    http_client first(app.port()), second(app.port());
    REQUIRE(first.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    REQUIRE(eventually([&] { return figure(app, "in_flight") == 1; }));
    CHECK(figure(app, "queued") == 0);
    REQUIRE(second.send(ask));
    REQUIRE(eventually([&] { return figure(app, "queued") == 1; }));
    auto const table = app->ctl({"routing", "web"}).out;
    INFO(table);
    CHECK(has(table, "TYPE    LISTEN"));
    CHECK(has(table, "127.0.0.1:" + std::to_string(app.port()) + "    1/1      1            1"));
    app->write("go", "");
    CHECK(first.read_answer().status == 200);
    CHECK(second.read_answer().status == 200);
    REQUIRE(eventually([&] { return figure(app, "in_flight") + figure(app, "queued") == 0; }));
    CHECK(figure(app, "p95_ms") >= figure(app, "p50_ms"));
    CHECK(figure(app, "p50_ms") >= 0);
    CHECK(figure(app, "requests_per_second") >= 0);
    CHECK(app->ctl({"routing", "-q"}).out == "web\n");
}

TEST_CASE("the status names the router, also the next one", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    auto const first = router_of_status(app);
    CHECK(first == app.router());
    auto const text = app->ctl({"status"}).out;
    CHECK(has(text, "running (pid " + std::to_string(first) +
                        "), listens on 127.0.0.1:" + std::to_string(app.port())));
    REQUIRE(app->ctl({"routing", "pause", "web"}).code == 0);
    ::kill(first, SIGKILL);
    REQUIRE(eventually([&] {
        auto const next = router_of_status(app);
        return next != 0 && next != first;
    }));
    http_client client(app.port());
    REQUIRE(client.send(ask)); // the next router knows of the pause
    REQUIRE(eventually([&] { return figure(app, "queued") == 1; }));
    CHECK(app->ctl({"routing", "resume", "web"}).code == 0);
    CHECK(client.read_answer().status == 200);
    CHECK(has(app->ctl({"describe", "web.1"}).out, "Routing:           open\n"));
}

TEST_CASE("an address that somebody else has is named by routing and status", "[routing]")
{
    fronted_app first;
    first.wait_until_served();
    auto const base = free_ports();
    app_under_test second("web: exec " PUPPET " web\n",
                          {.options = {"serve", "-p", std::to_string(base), "--listen",
                                       "127.0.0.1:" + std::to_string(first.port())}});
    second.expect("cannot listen on");
    auto const routing = second.ctl({"routing"});
    CHECK(routing.code == 0);
    CHECK(has(routing.out, "not listening\n"));
    CHECK(has(routing.err, "cannot listen on 127.0.0.1:" + std::to_string(first.port())));
    CHECK(has(second.ctl({"status"}).out, "Router:         not running; cannot listen on"));
    auto const paused = second.ctl({"routing", "pause", "web"}); // for the time when it can
    CHECK(paused.code == 0);
    CHECK(has(paused.out, "web is paused, but none of its addresses is open now"));
}

TEST_CASE("a router that stands still does not hold up the answers for long", "[routing]")
{
    fronted_app app;
    app.wait_until_served();
    {
        standstill const still(app.router());
        auto const web = routing_of_web(app);
        CHECK(web.at("in_flight").is_null());
        CHECK(web.at("state") == "open");
        auto const late = app->ctl({"routing", "disable", "web"});
        CHECK(late.code == 1);
        CHECK(has(late.err, "the router does not answer: the router (pid " +
                                std::to_string(app.router()) + ") has not taken it up yet"));
        CHECK(app->ctl({"routing", "disable", "web", "--no-wait"}).code == 0);
        CHECK(app->ctl({"ps"}).code == 0);
    }
    REQUIRE(eventually([&] { return app.get().status == 503; }));
    CHECK(app->ctl({"routing", "enable", "web"}).code == 0);
    CHECK(app.get().status == 200);
    CHECK(figure(app, "in_flight") == 0);
}

TEST_CASE("routing refuses what it cannot do, and says what can be done", "[routing]")
{
    fronted_app app;
    app->write("Procfile", "web: exec " PUPPET " web\nworker: exec sleep 1000\n");
    app.wait_until_served();
    REQUIRE(app->ctl({"reload"}).code == 0);
    auto const unknown = app->ctl({"routing", "pause", "web", "wbe"});
    CHECK(unknown.code == 3);
    CHECK(has(unknown.err, "no process type 'wbe' (did you mean 'web'?)"));
    CHECK(state_of_web(app) == "open"); // nothing is changed
    for (auto const& words : {std::vector<std::string>{"routing", "worker"},
                              std::vector<std::string>{"routing", "disable", "worker"}}) {
        auto const none = app->ctl(words);
        CHECK(none.code == 1);
        CHECK(has(none.err, "worker has no front port; give it one with listen = \"8080\" in "
                            "[types.worker] of procd.toml, and procctl reload"));
    }
    CHECK(app->ctl({"routing", "pause"}).code == 2);
    CHECK(has(app->ctl({"routing", "puase", "web"}).err, "did you mean 'routing:pause'?"));
    CHECK(app->request("PATCH", "/v1/routing", R"({"web": {"paused": "yes"}})").status == 400);
}
