// Startup, readiness and liveness probes of real processes that answer or do not answer.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace test;

namespace {

void write(std::string const& path, std::string const& text)
{
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
}

std::string state(app_under_test& app, std::string const& name)
{
    auto const p = app.process(name);
    return std::string(p.at("state").as_string()) + (p.at("ready").as_bool() ? " ready" : "");
}

void expect_state(app_under_test& app, std::string const& name, std::string const& wanted)
{
    INFO(name << " to be " << wanted);
    bool const came = eventually([&] { return state(app, name) == wanted; });
    INFO(app.dump());
    REQUIRE(came);
}

} // namespace

TEST_CASE("readiness by http decides READY, and never restarts", "[probes]")
{
    app_under_test app(
        "web: exec " PUPPET " serve\n",
        {.files = {{"status", "503"},
                   {"procd.toml",
                    "[types.web]\nreadiness = { http = \"/healthz\", period = \"20ms\", "
                    "failure = 2 }\n"}}});
    app.expect("User-Agent: procd-probe/");
    expect_state(app, "web.1", "starting");
    write(app.file("status"), "204");
    expect_state(app, "web.1", "up ready");
    write(app.file("status"), "500");
    expect_state(app, "web.1", "up");
    CHECK(app.process("web.1").at("restarts") == 0);
    auto const row = app.ctl({"ps"}).out;
    CHECK(row.find("0/1") != std::string::npos);
    write(app.file("status"), "200");
    expect_state(app, "web.1", "up ready");
    auto const events = app.ctl({"events"}).out;
    INFO(events);
    CHECK(events.find("web.1 is ready") != std::string::npos);
    CHECK(events.find("web.1 is not ready any more") != std::string::npos);
}

TEST_CASE("an http probe follows redirects on the same host, but not for ever", "[probes]")
{
    auto const toml = [](std::string const& path) {
        return "[types.web]\nreadiness = { http = \"" + path +
               "\", period = \"20ms\", timeout = \"250ms\" }\n";
    };
    {
        app_under_test app("web: exec " PUPPET " serve\n",
                           {.files = {{"procd.toml", toml("/moved")}}});
        expect_state(app, "web.1", "up ready");
    }
    for (auto const* path : {"/loop", "/silent"}) {
        app_under_test app("web: exec " PUPPET " serve\n", {.files = {{"procd.toml", toml(path)}}});
        app.expect("User-Agent: procd-probe/");
        expect_state(app, "web.1", "starting");
    }
}

TEST_CASE("liveness that fails in a row restarts once, and the event says why", "[probes]")
{
    app_under_test app(
        "web: touch alive; exec sleep 60\n",
        {.files = {{"procd.toml", "[types.web]\nliveness = { exec = \"test -e alive || "
                                  "{ echo it is gone; exit 3; }\", period = \"20ms\", "
                                  "timeout = \"10s\", failure = 3 }\n"}}});
    REQUIRE(eventually([&] { return std::filesystem::exists(app.file("alive")); }));
    expect_state(app, "web.1", "up ready");
    std::filesystem::remove(app.file("alive"));
    app.expect(
        "liveness probe failed (exited with code 3: it is gone): it is stopped and replaced");
    app.expect("terminated by SIGTERM (up ");
    REQUIRE(eventually([&] { return app.process("web.1").at("restarts") == 1; }));
    expect_state(app, "web.1", "up ready");
    CHECK(app.ctl({"events"})
              .out.find("web.1 liveness probe failed (exited with code 3: it is gone)") !=
          std::string::npos);
}

TEST_CASE("the startup probe holds readiness back and gives up in the end", "[probes]")
{
    app_under_test app(
        "web: exec sleep 60\nbad: exec sleep 60\n",
        {.files = {{"procd.toml",
                    "[types.web]\n"
                    "startup = { exec = [\"test\", \"-e\", \"go\"], period = \"20ms\", "
                    "timeout = \"10s\", failure = 100000 }\n"
                    "[types.bad]\n"
                    "startup = { exec = \"false\", period = \"20ms\", failure = 2, "
                    "timeout = \"10s\" }\n"
                    "restart = \"never\"\n"}}});
    app.expect("bad.1  | startup probe failed (exited with code 1)");
    expect_state(app, "bad.1", "completed");
    expect_state(app, "web.1", "starting");
    write(app.file("go"), "");
    expect_state(app, "web.1", "up ready");
}

TEST_CASE("a type that comes after another waits for its readiness", "[probes]")
{
    app_under_test app(
        "web: exec sleep 60\ndb: exec " PUPPET " serve\n",
        {.files = {{"status", "503"},
                   {"procd.toml", "[types.web]\nafter = [\"db\"]\n[types.db]\n"
                                  "readiness = { http = \"/\", period = \"20ms\" }\n"}}});
    expect_state(app, "db.1", "starting");
    expect_state(app, "web.1", "waiting");
    write(app.file("status"), "200");
    expect_state(app, "web.1", "up ready");
}

TEST_CASE("an exec probe that hangs is killed with its group, and procd's end waits for none",
          "[probes]")
{
    app_under_test app(
        "web: exec sleep 60\n",
        {.files = {{"procd.toml", "[types.web]\nreadiness = { exec = \"sleep 61 & sleep 61\","
                                  " period = \"10ms\", timeout = \"50ms\", failure = 1 }\n"}}});
    app.expect("web.1  | started with pid");
    expect_state(app, "web.1", "starting");
    auto const events = [&] { return app.ctl({"events"}).out; };
    CHECK(app.process("web.1").at("restarts") == 0);
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    INFO(events());
    CHECK(app.processes().empty());
}

TEST_CASE("a tcp probe is well once somebody listens", "[probes]")
{
    app_under_test app("web: exec " PUPPET " listen $PORT\nnone: exec sleep 60\n",
                       {.files = {{"procd.toml", "[defaults]\nreadiness = { tcp = true, period = "
                                                 "\"20ms\" }\n"}}});
    expect_state(app, "web.1", "up ready");
    expect_state(app, "none.1", "starting");
}

TEST_CASE("at --log-level debug procd tells why a process was restarted", "[probes]")
{
    test::app_under_test app("web: echo up; exec sleep 1000\n",
                             {.options = {"--log-level", "debug"},
                              .files = {{"procd.toml", "[types.web]\n"
                                                       "liveness = { exec = \"test ! -e stuck\", "
                                                       "period = \"50ms\", failure = 2 }\n"}}});
    app.expect("up\n");
    app.write("stuck", "");
    app.expect("process: web.1: liveness probe: failure (exited with code 1)");
    app.expect(
        "process: web.1: SIGTERM to its group: a probe found it dead (liveness probe: exited "
        "with code 1)");
    app.expect("process: web.1: starts: it terminated by SIGTERM, and its policy says to start it "
               "again");
}

TEST_CASE("at --log-level error procd shows the app's lines and none of procd's that are no error",
          "[probes]")
{
    test::app_under_test app("web: echo up; exec sleep 1000\n",
                             {.options = {"--log-level", "error"}});
    app.expect("up\n");
    app.signal(15);
    app.wait();
    CHECK(app.output().find("started with pid") == std::string::npos);
    CHECK(app.output().find("sending SIGTERM") == std::string::npos);
}

TEST_CASE("a header that no probe can send is refused where it is set", "[probes]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const answer = app.request("PUT", "/v1/healthchecks/web?wait=false",
                                    R"({"readiness": {"http": "/", "headers": {"X-A": ")" +
                                        std::string(70000, 'a') + R"("}}})");
    INFO(answer.status << ' ' << answer.body);
    CHECK(answer.status == 400);
    CHECK(has(answer.body, "readiness: 'headers.X-A' has a value of 70000 bytes; at most 4096"));
    app.write("procd.toml", "[types.web]\nreadiness = { http = \"/\", headers = { X-A = \"" +
                                std::string(5000, 'a') + "\" } }\n");
    auto const reload = app.ctl({"reload"});
    CHECK(reload.code != 0);
    CHECK(has(reload.err, "procd.toml:2:"));
    CHECK(has(reload.err, "has a value of 5000 bytes"));
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("a kept release with a header that is too large starts, and its probe is an error",
          "[probes]")
{
    setting const how{.options = {"serve"}};
    app_under_test app("web: exec sleep 60\n", how);
    app.expect_states({{"web.1", "up"}});
    auto const set = app.request("PUT", "/v1/healthchecks/web?wait=false",
                                 R"({"readiness": {"http": "/", "headers": {"X-A": "short"},)"
                                 R"( "period": "50ms"}})");
    REQUIRE(set.status < 300);
    auto const kept = app.file(".procd/release-2.json");
    REQUIRE(eventually([&] { return has(read_file(kept), "short"); }));
    app.signal(SIGTERM);
    REQUIRE(app.wait() == 0);
    auto text = read_file(kept);
    text.replace(text.find("short"), 5, std::string(70000, 'a'));
    write(kept, text);
    app.start_again(how);
    app.expect_states({{"web.1", "starting"}}); // it runs, and is not ready yet
    REQUIRE(eventually([&] {
        return has(app.request("GET", "/v1/processes/web.1").body,
                   "its header X-A has a value of 70000 bytes; at most 4096 are sent");
    }));
    CHECK_FALSE(app.process("web.1").at("ready").as_bool());
    CHECK_FALSE(has(app.output(), "internal error"));
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
}
