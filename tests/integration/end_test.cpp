// The ends of processes, their restarts, and the end of procd itself.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <unistd.h>

using namespace test;

TEST_CASE("a killed process is replaced at once, and its death is told once", "[end]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const first = app.process("web.1").at("pid").to_number<int>();
    ::kill(first, SIGKILL);
    REQUIRE(eventually([&] {
        auto const web = app.process("web.1");
        return web.at("state") == "up" && web.at("pid").to_number<int>() != first;
    }));
    CHECK(app.process("web.1").at("restarts") == 1);
    app.expect("terminated by SIGKILL (up ");
    app.expect("), restarting\n");
    auto const last = app.process("web.1").at("last_exit").as_object();
    CHECK(last.at("signal") == "SIGKILL");
}

TEST_CASE("signals ignored or blocked by who started procd change nothing", "[end]")
{
    for (bool const cgroup : {true, false}) {
        if (!cgroup && ::geteuid() != 0) {
            SKIPPED("needs root to become an ordinary user; it has run as this one");
            continue;
        }
        app_under_test app("web: exit 3\nworker: exec sleep 60\n",
                           {.ordinary_user = !cgroup, .deaf = true});
        app.expect("exited with code 3");
        REQUIRE(eventually([&] { return app.states()["worker.1"] == "up"; }));
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        CHECK(app.processes().empty());
    }
}

TEST_CASE("what is up has a pid, whenever one asks", "[end]")
{
    app_under_test app("web: kill -KILL $$\n",
                       {.files = {{"procd.toml", "[types.web]\nbackoff = { first = \"0s\", initial "
                                                 "= \"0s\", max = \"0s\" }\n"}},
                        .read_output = true});
    int seen_up = 0;
    constexpr int looks = 400;
    for (int i = 0; i < looks; ++i) {
        auto const web = app.process("web.1");
        if (web.at("state") != "up")
            continue;
        ++seen_up;
        REQUIRE(web.at("pid").is_int64());
    }
    CHECK(seen_up > 0);
}

TEST_CASE("up restarts failures only, and ends with the worst code when all have ended", "[end]")
{
    app_under_test app("good: true\nbad: exit 3\nworse: exit 7\n",
                       {.options = {"--restart", "never"}});
    CHECK(app.wait() == 7);
    app.expect("good.1  | exited with code 0");
    app.expect("bad.1   | exited with code 3");
    app.expect("worse.1 | exited with code 7");
}

TEST_CASE("a success is not restarted by up", "[end]")
{
    app_under_test app("once: true\nweb: exec sleep 60\n");
    app.expect_states({{"once.1", "completed"}, {"web.1", "up"}});
}

TEST_CASE("a process that fails backs off, and says when it is tried again", "[end]")
{
    app_under_test app("bad: exit 1\nweb: exec sleep 60\n");
    app.expect("exited with code 1 (up ");
    app.expect("restarting in 1s");
    app.expect_states({{"bad.1", "backoff"}, {"web.1", "up"}});
}

TEST_CASE("the events tell an end by itself from a stop, and a description shows them", "[end]")
{
    app_under_test app("web: sleep 60 & read line; exit 3\nworker: exec sleep 60\n",
                       {.options = {"-t", "2"}});
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    REQUIRE(app.ctl({"ps:stop", "worker.1"}).code == 0);
    ::kill(app.process("web.1").at("pid").to_number<int>(), SIGKILL);
    app.expect("left 1 process behind");
    REQUIRE(eventually([&] { return app.process("web.1").at("restarts") == 1; }));
    auto const kinds = [&](std::string const& name) {
        std::vector<std::string> all;
        auto const process = app.process(name);
        for (auto const& event : process.at("events").as_array())
            all.emplace_back(event.at("kind").as_string());
        return all;
    };
    using list = std::vector<std::string>;
    CHECK(kinds("worker.1") ==
          list{"starting", "started", "ready", "stopping", "exited", "stopped"});
    auto const web = kinds("web.1");
    list const begin{"starting", "started", "ready", "exited", "left_behind"};
    REQUIRE(web.size() > begin.size());
    CHECK(list(web.begin(), web.begin() + 5) == begin);
    auto const text = app.ctl({"describe", "worker.1"}).out;
    CHECK(has(text, "Events:\n    "));
    CHECK(has(text, "stopping    worker.1 is stopping\n"));
}

TEST_CASE("max_restarts in a row and the process is crashed until it is started by hand", "[end]")
{
    app_under_test app("bad: test -e ok && exec sleep 60; exit 1\nweb: exec sleep 60\n",
                       {.options = {},
                        .files = {{"procd.toml", "[types.bad]\nmax_restarts = 2\nbackoff = { "
                                                 "initial = \"10ms\" }\n"}}});
    app.expect_states({{"bad.1", "crashed"}, {"web.1", "up"}});
    app.expect("gave up after 2 restarts in a row");
    run({"touch", "ok"}, app.root());
    CHECK(app.ctl({"ps:start", "bad.1"}).code == 0);
    app.expect_states({{"bad.1", "up"}, {"web.1", "up"}});
}

TEST_CASE("with --exit-on procd ends the app with the code of the process that ended it", "[end]")
{
    {
        app_under_test app("web: exec sleep 60\nbad: exit 5\n",
                           {.options = {"--exit-on", "failure"}});
        CHECK(app.wait() == 5);
        CHECK(app.processes().empty());
    }
    {
        app_under_test app("web: exec sleep 60\nonce: true\n", {.options = {"--exit-on", "any"}});
        CHECK(app.wait() == 0);
    }
    app_under_test app("web: exec sleep 60\nbad: kill -9 $$\n", {.options = {"--exit-on", "any"}});
    CHECK(app.wait() == 137);
}

TEST_CASE("the process whose end ends the app is not started again", "[end]")
{
    for (std::string const policy : {"always", "on-failure", "never"}) {
        INFO(policy);
        app_under_test app("job: exit 3\nweb: exec sleep 60\n",
                           {.options = {"--exit-on", "any", "--restart", policy}});
        CHECK(app.wait() == 3);
        CHECK(count_of(app.output(), "job.1  | started with pid") == 1);
    }
}

TEST_CASE("a process that liveness found dead ends the app, too, and is not started again", "[end]")
{
    app_under_test app(
        "web: trap 'exit 0' TERM; touch set; while :; do sleep 0.05; done\n",
        {.options = {"--exit-on", "failure"},
         .files = {{"procd.toml", "[types.web]\nliveness = { exec = \"test ! -e set\", "
                                  "period = \"50ms\", failure = 1 }\n"}}});
    CHECK(app.wait() == 1);
    CHECK(count_of(app.output(), "web.1  | started with pid") == 1);
}

TEST_CASE("a command that does not exist is reported and backs off", "[end]")
{
    app_under_test app("bad: no-such-command-here\nweb: exec sleep 60\n");
    app.expect("no-such-command-here");
    app.expect("exited with code 127");
    app.expect_states({{"bad.1", "backoff"}, {"web.1", "up"}});
}

TEST_CASE("a working directory that does not exist is named, with its stage", "[end]")
{
    app_under_test app("bad: true\nweb: exec sleep 60\n",
                       {.options = {}, .files = {{"procd.toml", "[types.bad]\ncwd = \"gone\"\n"}}});
    app.expect("could not start: chdir " + app.file("gone") + ": No such file or directory");
    app.expect_states({{"bad.1", "backoff"}, {"web.1", "up"}});
}

TEST_CASE("delete, stop, start, restart, signal and wait do what they say", "[end]")
{
    app_under_test app("web: trap 'echo got usr1' USR1; while :; do sleep 0.1; done\n",
                       {.options = {"-m", "web=2"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    auto const pid = [&](char const* name) { return app.process(name).at("pid").to_number<int>(); };

    auto const old = pid("web.2");
    auto const deleted = app.ctl({"ps:delete", "web.2"});
    CHECK(deleted.code == 0);
    CHECK(deleted.out.find("Deleting web.2 from ") == 0);
    CHECK(deleted.out.find("... done\n") != std::string::npos);
    CHECK(!alive(old));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});

    CHECK(app.ctl({"ps:stop", "web.1"}).code == 0);
    app.expect_states({{"web.1", "stopped"}, {"web.2", "up"}});
    CHECK(app.ctl({"ps:start", "web.1"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});

    auto const before = pid("web.1");
    CHECK(app.ctl({"restart", "web"}).code == 0);
    CHECK(pid("web.1") != before);
    CHECK(app.process("web.1").at("restarts") == 0);

    CHECK(app.ctl({"ps:signal", "web.1", "USR1"}).code == 0);
    app.expect("web.1  | got usr1");
    CHECK(app.ctl({"ps:signal", "web.1", "NOSUCH"}).code == 2);
    CHECK(app.ctl({"ps:signal", "web.9", "TERM"}).code == 3);
    CHECK(app.ctl({"wait", "web", "--timeout", "20s"}).code == 0);
    CHECK(app.ctl({"ps:stop", "web"}).code == 0);
    CHECK(app.ctl({"wait", "web", "--timeout", "100ms"}).code == 1);
}

TEST_CASE("procctl shutdown stops the app, waits, and procd exits with 0", "[end]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const done = app.ctl({"shutdown"});
    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(app.processes().empty());
    CHECK(app.wait() == 0);
    auto const gone = app.ctl({"ps"});
    CHECK(gone.code == 4);
    CHECK(gone.err.find("procctl: ") == 0);
}

TEST_CASE("at a stop dependants go first, and one timeout is for the whole", "[end]")
{
    auto const toml = "[types.web]\nafter = [\"db\"]\n[types.db]\nafter = [\"disk\"]\n";
    auto const slow = [](std::string const& name) {
        return name +
               ": trap 'sleep 0.2; echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; "
               "done\n";
    };
    {
        app_under_test app(slow("web") + slow("db") + slow("disk"),
                           {.files = {{"procd.toml", toml}}});
        app.expect_states({{"web.1", "up"}, {"db.1", "up"}, {"disk.1", "up"}});
        for (auto const* line : {"web.1  | ready", "db.1   | ready", "disk.1 | ready"})
            app.expect(line);
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        auto const text = app.output();
        INFO(text);
        CHECK(text.find("web.1  | exited") < text.find("db.1   | bye"));
        CHECK(text.find("db.1   | exited") < text.find("disk.1 | bye"));
        CHECK(text.find("disk.1 | exited") != std::string::npos);
    }
    app_under_test app(
        "web: " PUPPET " ignore-term sleep\ndb: " PUPPET " ignore-term sleep\n",
        {.options = {"-t", "1"}, .files = {{"procd.toml", "[types.web]\nafter = [\"db\"]\n"}}});
    app.expect_states({{"web.1", "up"}, {"db.1", "up"}});
    app.expect("web.1  | ready");
    app.expect("db.1   | ready");
    auto const asked = std::chrono::steady_clock::now();
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK(std::chrono::steady_clock::now() - asked >= std::chrono::seconds(1));
    auto const text = app.output();
    CHECK(text.find("web.1  | terminated by SIGKILL") <
          text.find("db.1   | terminated by SIGKILL"));
    CHECK(app.processes().empty());
}
