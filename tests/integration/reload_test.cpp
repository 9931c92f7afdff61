// Reloads that go wrong, come at a bad moment, or would lose something.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <filesystem>
#include <sys/stat.h>

using namespace test;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";
auto const both = "web: exec sleep 60\nworker: exec sleep 60\n";
setting const serving{.options = {"serve", "-m", "all=1"},
                      .files = {{".env", "A=1\n"}, {"procd.toml", quick}}};

} // namespace

TEST_CASE("a HUP that comes during a reload is done after it", "[reload]")
{
    app_under_test app(
        "release: echo \"release $A\"; until test -e go$A; do sleep 0.02; done\n"
        "web: echo \"web $A\"; exec sleep 60\n",
        {.options = {"serve"},
         .files = {{".env", "A=0\n"}, {"go0", ""}, {"go2", ""}, {"procd.toml", quick}}});
    app.expect("web 0");
    app.write(".env", "A=1\n");
    app.signal(SIGHUP);
    app.expect("release 1");
    app.write(".env", "A=2\n");
    app.signal(SIGHUP);
    app.expect("HUP: the files are read again after the change that is under way");
    app.write("go1", "");
    app.expect("web 2");
    app.expect("v3 is up");
}

TEST_CASE("a reload that would lose a line to a typo changes nothing and says so", "[reload]")
{
    app_under_test app(both, serving);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    app.write("Procfile", "web: exec sleep 60\nworker exec sleep 60\n");
    app.write(".env", "A secret\n");
    for (auto const& words : {std::vector<std::string>{"reload"}, {"reload", "--dry-run"}}) {
        auto const refused = app.ctl(words);
        INFO(refused.out << refused.err);
        CHECK(refused.code == 1);
        CHECK(has(refused.err, "reload --force takes the files as they are"));
        CHECK(has(refused.err, "Procfile:2:7: warning: expected 'type: command'; the line is "
                               "skipped\n    worker exec sleep 60\n          ^\n"));
        CHECK(has(refused.err, "\n.env:1:"));
        CHECK_FALSE(has(refused.err, "secret"));
    }
    app.signal(SIGHUP);
    app.expect("Procfile:2:7: warning: expected 'type: command'; the line is skipped");
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    CHECK(has(app.ctl({"reload", "--dry-run", "--force"}).out, "worker: removed"));

    auto const forced = app.ctl({"reload", "--force"});
    INFO(forced.err);
    CHECK(forced.code == 0);
    app.expect_states({{"web.1", "up"}});
    app.write("Procfile", "web: exec sleep 70\nworker exec sleep 60\n");
    CHECK(app.ctl({"reload"}).code == 0); // the line was skipped before
}

TEST_CASE("a file that is gone does not go unsaid at a reload", "[reload]")
{
    app_under_test app(both, serving);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    auto const* const name = GENERATE(".env", "procd.toml", "Procfile");
    app.write("Dockerfile", "CMD exec sleep 60\n");
    std::filesystem::remove(app.file(name));
    auto const refused = app.ctl({"reload"});
    INFO(refused.err);
    CHECK(refused.code == 1);
    CHECK(has(refused.err, std::string("\n") + name + ": warning: was read before"));
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
}

TEST_CASE("a reload reads nothing that could make procd wait", "[reload]")
{
    app_under_test app(both, serving);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    auto const* const name = GENERATE(".env", "procd.toml", "Procfile");
    std::filesystem::remove(app.file(name));
    REQUIRE(::mkfifo(app.file(name).c_str(), 0600) == 0);
    auto const refused = app.ctl({"reload"});
    INFO(refused.err);
    CHECK(refused.code == 1);
    CHECK(has(refused.err, std::string(name) + " is a pipe"));
    app.signal(SIGHUP);
    app.expect("reload: " + std::string(name) + " is a pipe");
    CHECK(app.ctl({"status"}).code == 0);
}

TEST_CASE("in up a release whose processes end does not end procd, and the old one is put back",
          "[reload]")
{
    struct broken {
        std::string command, settings, why;
    };
    auto const [command, settings, why] = GENERATE(
        broken{"echo boom; exit 0", "", "web.1 exited with code 0 before it was ready"},
        broken{"echo boom; exit 1", "restart = \"never\"\n",
               "web.1 exited with code 1 before it was ready"},
        broken{"echo boom; exit 1", "max_restarts = 1\n", "web.1 has given up: exited with code 1"},
        broken{"echo boom; exit 1", "backoff = { initial = \"90s\", max = \"90s\" }\n",
               "web.1 will not be ready within 1m: exited with code 1"});
    // The probe, and not the time, tells that the process works.
    app_under_test app("web: exec sleep 60\n",
                       {.files = {{"procd.toml", "[types.web]\nreadiness = { exec = \"test "
                                                 "$PROCD_RELEASE != v2\", period = \"50ms\" }\n" +
                                                     settings}}});
    app.expect_states({{"web.1", "up"}});
    app.write("Procfile", "web: " + command + '\n');
    auto const failed = app.ctl({"reload"});
    INFO(failed.out << failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(has(failed.err, why + "; v1 is back\n    boom"));
    app.expect_states({{"web.1", "up"}});
    CHECK(app.process("web.1").at("release").as_string() == "v1");
    CHECK_FALSE(has(app.output(), "every process has ended"));
}

TEST_CASE("in up a release of programs that have a task and end is taken up", "[reload]")
{
    app_under_test app("once: true\nweb: exec sleep 60\n", {.files = {{"procd.toml", quick}}});
    app.expect_states({{"once.1", "completed"}, {"web.1", "up"}});
    app.write("Procfile", "once: echo again\nweb: exec sleep 60\ntoo: echo too\n");
    auto const done = app.ctl({"reload"});
    INFO(done.err << app.dump());
    CHECK(done.code == 0);
    app.expect("once.1 | again");
    app.expect("too.1  | too");
}

TEST_CASE("what is put back is put back whole, also when a part of it fails", "[reload]")
{
    std::string const common = "one: test -e broken && exit 3; exec sleep 60\n"
                               "two: exec sleep 60\n";
    // The probe, and not the time, tells that the processes work.
    auto const probed = [](std::string const& type, std::string const& command) {
        return "[types." + type + "]\nreadiness = { exec = \"" + command +
               "\", period = \"50ms\" }\n";
    };
    auto const config = quick + probed("one", "! test -e broken");
    app_under_test app(common + "three: exec sleep 60\n",
                       {.options = {"serve", "-m", "all=1", "--restart", "never"},
                        .files = {{".env", "A=1\n"}, {"procd.toml", config}}});
    app.expect_states({{"one.1", "up"}, {"two.1", "up"}, {"three.1", "up"}});
    app.write(".env", "A=2\n");
    app.write("procd.toml", config + probed("three", "false"));
    app.write("Procfile", common + "three: touch broken; exit 3\n");
    auto const failed = app.ctl({"reload"});
    INFO(failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(has(failed.err, "three.1 exited with code 3 before it was ready; v1 is put back, but "
                          "one.1 exited with code 3 before it was ready"));
    app.expect_states({{"one.1", "completed"}, {"two.1", "up"}, {"three.1", "up"}});
    for (std::string const name : {"two.1", "three.1"})
        CHECK(app.process(name).at("release").as_string() == "v1");
}

TEST_CASE("a reload says which settings it has applied, and which wait for a start", "[reload]")
{
    app_under_test app(both, serving);
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    auto const reloaded = [&](std::vector<std::string> words) {
        auto const done = app.ctl(std::move(words));
        INFO(done.out << done.err);
        CHECK(done.code == 0);
        return done.out + done.err;
    };
    app.write("procd.toml", std::string(quick) + "[logs]\nmax_size = \"1M\"\n[autoscale]\n"
                                                 "window = \"3s\"\n");
    auto said = reloaded({"reload"});
    CHECK(has(said, "[logs]: max_size\n[autoscale]: window\n"));
    CHECK(has(app.ctl({"releases"}).out, "v1"));
    CHECK_FALSE(has(app.ctl({"releases"}).out, "v2")); // no process has to be replaced for that
    CHECK_FALSE(has(said, "warning"));

    app.write("procd.toml",
              "[app]\nname = \"other\"\n" + std::string(quick) + "[logs]\ndirectory = \"log\"\n");
    app.write("Procfile", "worker: exec sleep 60\nweb: exec sleep 60\n");
    for (auto const& words : {std::vector<std::string>{"reload", "--dry-run"}, {"reload"}}) {
        said = reloaded(words);
        CHECK(has(said, "procctl: warning: [app] name: restart procd to call the app 'other'"));
        CHECK(has(said, "procctl: warning: [logs] directory: restart procd"));
        CHECK(has(said, "procctl: warning: a restart of procd moves the ports of worker from "));
    }
    CHECK_FALSE(has(app.ctl({"status"}).out, "other"));
    app.signal(SIGHUP); // said again as long as it is so
    REQUIRE(eventually(
        [&] { return count_of(app.output(), "[logs] directory: restart procd to have") == 2; }));
}

TEST_CASE("a reload says that another PORT waits for a start", "[reload]")
{
    // The port that the test has chosen comes as $PORT, over which an env file wins.
    app_under_test app(both, {.options = {"serve"},
                              .files = {{".env", "A=1\n"}, {"procd.toml", quick}},
                              .wrapper = {"sh", "-c", "PORT=$4 exec \"$1\" \"$2\"", "sh"}});
    app.expect_states({{"web.1", "up"}});
    auto const port = app.process("web.1").at("port");
    app.write(".env", "A=1\nPORT=7000\n");
    auto const done = app.ctl({"reload"});
    INFO(done.out << done.err);
    CHECK(done.code == 0);
    CHECK(has(done.err, "procctl: warning: PORT: restart procd to have 7000 as the base port"));
    CHECK(has(done.err, "procctl: warning: a restart of procd moves the ports of web from "));
    CHECK(app.process("web.1").at("port") == port);
}
