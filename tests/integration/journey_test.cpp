// The first acceptance journey: a Procfile, procd, procctl from a sub-directory, Ctrl-C.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>
#include <regex>

using namespace test;

namespace {

auto const procfile = "web: echo port $PORT; exec sleep 60\nworker: exec sleep 60\n";

std::string up(app_under_test const& app, int offset)
{
    return std::to_string(app.port() + offset);
}

} // namespace

TEST_CASE("processes have Foreman's names and ports", "[journey]")
{
    app_under_test app(procfile, {.options = {"-m", "web=2,worker=1"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    app.expect("web.1    | port " + up(app, 0) + "\n");
    app.expect("web.2    | port " + up(app, 1) + "\n");
    CHECK(app.process("worker.1").at("port") == app.port() + 100);
    CHECK(std::regex_search(
        app.output(),
        std::regex("(^|\n)\\d\\d:\\d\\d:\\d\\d web\\.1    \\| started with pid \\d+\n")));
    CHECK(app.output().find('\x1b') == std::string::npos);
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    app.expect("system   | sending SIGTERM to all processes");
    CHECK(app.processes().empty());
    CHECK(!std::filesystem::exists(app.file(".procd/procd.sock")));
}

TEST_CASE("procctl scale finds procd from a sub-directory and prints the table", "[journey]")
{
    app_under_test app(procfile, {.options = {"-m", "web=2,worker=1"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    std::filesystem::create_directories(app.file("deep/er"));
    auto const scaled = app.ctl({"scale", "worker=3"}, "deep/er");
    INFO(scaled.out << scaled.err << app.dump());
    CHECK(scaled.code == 0);
    std::string const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dUTC\n";
    CHECK(std::regex_match(
        scaled.out,
        std::regex("Scaling processes\\.\\.\\. but first, coffee!\n(.*\n)*?done in \\d+s\n\n"
                   "NAME        RELEASE    STATE    PTYPE     READY    RESTARTS    STARTED\n"
                   "web\\.1       v1         up       web       1/1      0           " +
                   time + "web\\.2       v1         up       web       1/1      0           " +
                   time + "worker\\.1    v1         up       worker    1/1      0           " +
                   time + "worker\\.2    v1         up       worker    1/1      0           " +
                   time + "worker\\.3    v1         up       worker    1/1      0           " +
                   time)));
    CHECK(app.processes().size() == 5);
    CHECK(app.ctl({"scale", "worker=0"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    CHECK(app.processes().size() == 2);
}

TEST_CASE("counts change relatively, several at once, all or nothing", "[journey]")
{
    app_under_test app(procfile);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    CHECK(app.ctl({"scale", "web+1", "worker=2"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}, {"worker.2", "up"}});
    CHECK(app.ctl({"scale", "web-1", "worker-1"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});

    auto const unknown = app.ctl({"scale", "worker=5", "wbe=2"});
    CHECK(unknown.code == 3);
    CHECK(unknown.err == "procctl: no process type 'wbe' (did you mean 'web'?)\n");
    auto const bad = app.ctl({"scale", "worker=5", "web=x"});
    CHECK(bad.code == 2);
    CHECK(bad.err.find("'web=x' does not match the pattern 'type=N', e.g. web=2") !=
          std::string::npos);
    CHECK(app.ctl({"scale", "web=-1"}).code == 2);
    CHECK(app.ctl({"scale", "web-5"}).code == 2);
    CHECK(app.request("PATCH", "/v1/formation", R"({"worker": 5, "web": "-9"})").status == 422);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    CHECK(app.request("GET", "/v1/formation").json() ==
          boost::json::object{{"web", 1}, {"worker", 1}});
}

TEST_CASE("Ctrl-C on a terminal ends everything with code 0", "[journey]")
{
    app_under_test app(procfile, {.terminal = true});
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    app.type("\x03");
    CHECK(app.wait() == 0);
    CHECK(app.processes().empty());
}

TEST_CASE("a second Ctrl-C kills what is left at once", "[journey]")
{
    app_under_test app("web: " PUPPET " ignore-term sleep\n", {.terminal = true});
    app.expect_states({{"web.1", "up"}});
    app.expect("ready");
    app.type("\x03");
    app.expect("sending SIGTERM");
    app.type("\x03"); // the same Ctrl-C, as a wrapper passes it on
    REQUIRE(eventually([&] {
        app.type("\x03");
        return has(app.output(), "sending SIGKILL");
    }));
    CHECK(app.wait() == 0);
    app.expect("terminated by SIGKILL");
}

TEST_CASE("Ctrl-C again and again, to the very end, does not change the exit code", "[journey]")
{
    app_under_test app(procfile, {.terminal = true});
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    while (app.running())
        app.signal(SIGINT);
    CHECK(app.wait() == 0);
}

TEST_CASE("types named on the command line run alone, and -x leaves types out", "[journey]")
{
    {
        app_under_test app(procfile, {.options = {"worker"}});
        app.expect_states({{"worker.1", "up"}});
        CHECK(app.process("worker.1").at("port") == app.port() + 100);
    }
    app_under_test app(procfile, {.options = {"-x", "worker"}});
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("procd -m says which types are off", "[journey]")
{
    app_under_test app(procfile, {.options = {"-m", "web=1"}});
    app.expect("system | off: worker");
}

TEST_CASE("a process gets its environment in the documented order", "[journey]")
{
    app_under_test app("my-web: env; exec sleep 60\nworker: exec sleep 60\n",
                       {.options = {},
                        .files = {{".env", "A=file\nB=file\nC=file\n"},
                                  {"procd.toml", "[types.my-web]\nenv = { C = \"type\" }\n"}},
                        .environment = {{"A", "own"}, {"D", "own"}, {"PROCD_ID", "old"}}});
    app.expect_states({{"my-web.1", "up"}, {"worker.1", "up"}});
    auto const line = [&](std::string const& text) { app.expect("my-web.1 | " + text + "\n"); };
    line("A=file");
    line("B=file");
    line("C=type");
    line("D=own");
    line("PS=my-web.1");
    line("PROCD_TYPE=my-web");
    line("PROCD_INSTANCE=1");
    line("PROCD_RELEASE=v1");
    line("PROCD_SOCKET=" + app.file(".procd/procd.sock"));
    line("PORT=" + up(app, 0));
    line("PROCD_PORT_MY_WEB=" + up(app, 0));
    line("PROCD_PORT_WORKER=" + up(app, 100));
    CHECK(app.output().find("PROCD_ID=old") == std::string::npos);
}
