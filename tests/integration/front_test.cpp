// The front port, with the real procd, its router and real processes.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/http_client.hpp"
#include "tests/fixtures/http_load.hpp"
#include "tests/integration/fronted_app.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <set>

using namespace test;

TEST_CASE("requests go to all ready processes, and the log of the router has them", "[front]")
{
    fronted_app app("count = 3\n");
    app->expect("| listening on 127.0.0.1:" + std::to_string(app.port()) + '\n');
    app.wait_until_served();
    app->expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    http_client client(app.port());
    std::set<std::string> names;
    REQUIRE(eventually([&] {
        names.insert(client.get("/").body.substr(0, 5));
        return names.size() == 3;
    }));
    auto const echo = client.get("/echo?q=\"", "X-Forwarded-For: 10.0.0.1\r\n").body;
    CHECK(has(echo, "X-Forwarded-For: 10.0.0.1, 127.0.0.1\r\n")); // this machine is trusted
    CHECK(has(echo, "Via: 1.1 procd\r\n"));
    app->expect("method=GET path=\"/echo?q=\\\"\" host=localhost");
    CHECK(has(app->ctl({"logs", "router"}).out, "at=info method=GET"));
}

TEST_CASE("no request fails while processes are replaced, added and taken away", "[front]")
{
    fronted_app app("count = 2\n[front]\naccess_log = false\n");
    app.wait_until_served();
    http_load clients(app.port(), 6, http_load::connections::kept);
    for (int round = 0; round < 2; ++round) {
        CHECK(app->ctl({"restart", "web"}).code == 0);
        CHECK(app->ctl({"scale", "web=3"}).code == 0);
        CHECK(app->ctl({"scale", "web=1"}).code == 0);
        CHECK(app->ctl({"delete", "web.1"}).code == 0);
        app->write(".env", "ROUND=" + std::to_string(round) + "\n");
        CHECK(app->ctl({"reload"}).code == 0);
    }
    app->write("Procfile", "web: exit 3\n");
    CHECK(app->ctl({"reload"}).code == 1); // it is put back
    clients.end();
    INFO(app->dump());
    CHECK(clients.answered() > 0);
    CHECK(clients.failed() == 0);
}

TEST_CASE("a process finishes its requests before its stop signal", "[front]")
{
    fronted_app app;
    app.wait_until_served();
    http_client client(app.port());
    REQUIRE(client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    app->expect("a slow request");
    app->expect_states({{"web.1", "up"}});
    REQUIRE(app->ctl({"scale", "web=0", "--no-wait"}).code == 0);
    app->expect_states({{"web.1", "stopping"}});
    CHECK_FALSE(soon([&] { return has(app->output(), "web.1  | terminated"); }));
    app->write("go", "");
    CHECK(client.read_answer().status == 200);
    app->expect("web.1  | terminated by SIGTERM");
    CHECK(app.get().status == 503); // scaled to 0: at once
}

TEST_CASE("requests wait for the first process, and for one that comes back", "[front]")
{
    fronted_app app("hold = \"30s\"\n");
    app->expect("router | started with pid");
    CHECK(app.get().status == 200); // whether or not it was ready
    auto const pid = app->process("web.1").at("pid").to_number<int>();
    ::kill(pid, SIGKILL);
    REQUIRE(eventually([&] { return !alive(pid); }));
    CHECK(app.get().status == 200);
}

TEST_CASE("the router's lines from before a restart of procd are shown", "[front]")
{
    fronted_app app;
    app.wait_until_served();
    CHECK(app.get("/first").status == 200);
    app->expect("path=\"/first\"");
    app->signal(SIGTERM);
    CHECK(app->wait() == 0);
    app.start_again();
    app.wait_until_served();
    CHECK(has(app->ctl({"logs", "router", "-n", "-1"}).out, "path=\"/first\""));
}

TEST_CASE("a router that dies is started again", "[front]")
{
    fronted_app app;
    app.wait_until_served();
    auto const first = app.router();
    REQUIRE(first > 0);
    ::kill(first, SIGKILL);
    REQUIRE(eventually([&] { return app.router() != first; }));
    CHECK(app.get().status == 200);
    CHECK(app->ctl({"restart", "web"}).code == 0);
    CHECK(app.get().status == 200);
}

TEST_CASE("at a stop the sockets close first, and requests in flight are finished", "[front]")
{
    fronted_app app;
    app.wait_until_served();
    http_client client(app.port());
    REQUIRE(client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    app->expect("a slow request");
    app->signal(SIGTERM);
    REQUIRE(eventually([&] { return !http_client(app.port()).connected(); }));
    CHECK_FALSE(has(app->output(), "web.1  | terminated"));
    app->write("go", "");
    CHECK(client.read_answer().status == 200);
    CHECK(app->wait() == 0);
    CHECK_FALSE(alive(app.router()));
}

TEST_CASE("an app without a front port has no router", "[front]")
{
    app_under_test app("web: exec sleep 60\n", {.options = {"serve"}});
    app.expect_states({{"web.1", "up"}});
    CHECK_FALSE(has(app.output(), "router"));
}

TEST_CASE("in up --listen gives web a front port, and the app ends as ever", "[front]")
{
    auto const base = free_ports();
    auto const front = std::to_string(base + 300);
    app_under_test app("web: exec " PUPPET " web\n",
                       {.options = {"-p", std::to_string(base), "--listen", front}});
    REQUIRE(eventually([&] { return get_once(base + 300, "/").status == 200; }));
    app.signal(SIGINT);
    CHECK(app.wait() == 0);
    CHECK(!http_client(base + 300).connected());
}

TEST_CASE("in up the page of a type that has crashed says why, at once", "[front]")
{
    auto const base = free_ports();
    app_under_test app("web: test -e go && exec " PUPPET " web; echo 'lost <&> found'; exit 3\n"
                       "other: exec sleep 60\n",
                       {.options = {"-p", std::to_string(base), "--listen",
                                    std::to_string(base + 300), "--restart", "never"}});
    app.expect_states({{"web.1", "completed"}, {"other.1", "up"}});
    auto const answer = get_once(base + 300, "/");
    CHECK(answer.status == 503);
    CHECK(has(answer.body, "lost &lt;&amp;&gt; found"));
    app.expect("at=error code=H10 desc=\"App crashed\" ");
    CHECK(has(answer.body, "exited with code 3"));
    app.write("go", "");
    CHECK(app.ctl({"restart", "web"}).code == 0);
    CHECK(get_once(base + 300, "/").status == 200);
}

TEST_CASE("a front port that somebody holds is named, and taken once it is free", "[front]")
{
    auto const base = free_ports();
    auto const front = std::to_string(base + 300);
    app_under_test first("web: exec " PUPPET " web\n",
                         {.options = {"-p", std::to_string(base), "--listen", front}});
    REQUIRE(eventually([&] { return get_once(base + 300, "/").status == 200; }));
    app_under_test second("web: exec " PUPPET " web\n",
                          {.options = {"-p", std::to_string(base + 100), "--listen", front}});
    second.expect("cannot listen on");
    CHECK(has(second.output(), "pid ")); // of procd or of its router, which both have the socket
    first.signal(SIGINT);
    CHECK(first.wait() == 0);
    REQUIRE(eventually([&] { return get_once(base + 300, "/").status == 200; }));
}
