// Rolling restarts by surge and unavailable, with the real procd.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <sstream>

using namespace test;

namespace {

setting serving(int web, std::string const& rollout, std::string const& more = "")
{
    return {.options = {"serve", "-m", "web=" + std::to_string(web)},
            .files = {{"procd.toml", "[types.web]\nrollout = { " + rollout + " }\n" + more}}};
}

int pid_of(app_under_test& app, std::string const& name)
{
    return app.process(name).at("pid").to_number<int>();
}

// "+web.4 -web.3": the starts and ends that the events tell.
std::string story_of(app_under_test& app)
{
    std::string story;
    std::istringstream lines(app.request("GET", "/v1/events").body);
    for (std::string line; std::getline(lines, line);) {
        auto const e = boost::json::parse(line);
        std::string const kind(e.at("kind").as_string());
        std::string const name(e.at("process").as_string());
        if (kind == "started" || kind == "exited")
            story += (kind == "started" ? '+' : '-') + name.substr(4) + ' ';
    }
    return story;
}

} // namespace

TEST_CASE("a surge starts the new processes first and moves down at the end", "[rollout]")
{
    app_under_test app("web: exec sleep 60\n", serving(3, "surge = 1, min_ready = \"0s\""));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    auto const done = app.ctl({"restart", "web"});
    INFO(done.out << done.err << app.dump());
    CHECK(done.code == 0);
    CHECK(app.states() ==
          std::map<std::string, std::string>{{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    CHECK(story_of(app) == "+1 +2 +3 +4 -3 +3 -2 +2 -1 +1 -4 ");
}

TEST_CASE("a quarter is replaced at a time where nothing is set", "[rollout]")
{
    // On TERM each process waits for the file `go`.
    app_under_test app("web: trap 'while ! test -e go; do sleep 0.02; done; exit 0' TERM; "
                       "while :; do sleep 0.02; done\n",
                       serving(8, "min_ready = \"0s\""));
    auto const count_in = [&app](std::string const& state) {
        auto const now = app.states();
        return std::count_if(now.begin(), now.end(),
                             [&](auto const& each) { return each.second == state; });
    };
    REQUIRE(eventually([&] { return count_in("up") == 8; }));
    REQUIRE(app.ctl({"restart", "web", "--no-wait"}).code == 0);
    REQUIRE(eventually([&] { return count_in("stopping") == 2; }));
    CHECK(count_in("up") == 6);
    app.write("go", "");
    REQUIRE(eventually([&] {
        std::string const story = story_of(app);
        return count_of(story, "+") == 16 && count_in("up") == 8;
    }));
}

TEST_CASE("a program that runs only once fails the rollout and names the remedy", "[rollout]")
{
    auto const once = "web: mkdir lock || { echo it runs already; exit 1; }; "
                      "trap 'rmdir lock; exit 0' TERM; while :; do sleep 0.02; done\n";
    app_under_test app(once, serving(1, "surge = 1, min_ready = \"200ms\""));
    app.expect_states({{"web.1", "up"}});
    auto const before = pid_of(app, "web.1");
    auto const failed = app.ctl({"restart", "web"});
    INFO(failed.out << failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(has(failed.err, "web.2 exited with code 1 before it was ready, beside the processes that "
                          "it is to replace (if the program runs only once: rollout = { surge = 0, "
                          "unavailable = 1 } in procd.toml)"));
    CHECK(has(failed.err, "\n    it runs already"));
    app.expect_states({{"web.1", "up"}});
    CHECK(pid_of(app, "web.1") == before);

    app.write("procd.toml", "[types.web]\nrollout = { surge = 0, unavailable = 1 }\n");
    REQUIRE(app.ctl({"reload"}).code == 0);
    auto const again = app.ctl({"restart", "web"});
    INFO(again.out << again.err);
    CHECK(again.code == 0);
    CHECK(pid_of(app, "web.1") != before);
}

TEST_CASE("a surge process that ends is named with its end, whatever the reason", "[rollout]")
{
    struct broken {
        std::string command, end;
    };
    auto const [command, end] =
        GENERATE(broken{"echo no module named app; exit 1",
                        "exited with code 1 before it was ready, beside"},
                 broken{"echo no module named app; exit 0",
                        "exited with code 0 before it was ready, beside"},
                 broken{"echo no module named app; kill -9 $$",
                        "terminated by SIGKILL before it was ready, beside"});
    // The probe, and not the time, tells that the process works.
    app_under_test app(
        "web: exec sleep 60\n",
        {.options = {"serve", "--restart", "on-failure"},
         .files = {{"procd.toml", "[types.web]\nrollout = { surge = 1 }\nreadiness = { exec = "
                                  "\"test $PROCD_RELEASE = v1\", period = \"50ms\" }\n"}}});
    app.expect_states({{"web.1", "up"}});
    auto const before = pid_of(app, "web.1");
    app.write("Procfile", "web: " + command + '\n');
    auto const failed = app.ctl({"reload"});
    INFO(failed.out << failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(has(failed.err, "web.2 " + end));
    CHECK(has(failed.err, "v1 is back"));
    CHECK(has(failed.err, "\n    no module named app"));
    CHECK(pid_of(app, "web.1") == before);
}

TEST_CASE("a surge process that could not start is no sign of a program that runs only once",
          "[rollout]")
{
    app_under_test app("web: exec sleep 60\n", serving(1, "surge = 1"));
    app.expect_states({{"web.1", "up"}});
    app.write("procd.toml", "[types.web]\nrollout = { surge = 1 }\ncwd = \"gone\"\n");
    auto const failed = app.ctl({"reload"});
    INFO(failed.err);
    CHECK(failed.code == 1);
    CHECK(has(failed.err, "procctl: web.2 could not start: "));
    CHECK(has(failed.err, "gone"));
    CHECK_FALSE(has(failed.err, "runs only once"));
}

TEST_CASE("a surge that never becomes ready ends at the deadline, and nothing old is touched",
          "[rollout]")
{
    app_under_test app("web: exec sleep 60\n",
                       serving(2, "surge = 1, progress_deadline = \"300ms\"",
                               "readiness = { exec = \"test ! -e broken\", period = \"50ms\" }\n"));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    auto const first = pid_of(app, "web.1"), second = pid_of(app, "web.2");
    app.write("procd.toml",
              "[types.web]\nrollout = { surge = 1, progress_deadline = \"300ms\" }\n"
              "readiness = { exec = \"test $PROCD_RELEASE = v1\", period = \"50ms\" }\n");
    auto const failed = app.ctl({"reload"});
    INFO(failed.out << failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(has(failed.err, "web.3 was not ready within"));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    CHECK(pid_of(app, "web.1") == first);
    CHECK(pid_of(app, "web.2") == second);
    CHECK(story_of(app) == "+1 +2 +3 -3 ");
}

TEST_CASE("counts may change while a surge is under way", "[rollout]")
{
    app_under_test app("web: exec sleep 60\n",
                       serving(2, "surge = 1",
                               "readiness = { exec = \"test -e go || test $PROCD_INSTANCE -lt 3\", "
                               "period = \"50ms\" }\n"));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    REQUIRE(app.ctl({"restart", "web", "--no-wait"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "starting"}});
    for (std::string const command : {"stop", "start", "restart", "delete", "wait"}) {
        auto const refused = app.ctl({command, "web.3"});
        CHECK(refused.code == 1);
        CHECK(has(refused.err, "web.3 belongs to a rolling restart of web and ends with it"));
    }
    auto const fewer = app.ctl({"scale", "web=1"});
    INFO(fewer.out << fewer.err << app.dump());
    CHECK(fewer.code == 0);
    auto const before = pid_of(app, "web.1");
    app.write("go", "");
    REQUIRE(eventually([&] {
        return app.states() == std::map<std::string, std::string>{{"web.1", "up"}} &&
               pid_of(app, "web.1") != before;
    }));
}

TEST_CASE("a second restart takes over, and the surge of the first one ends", "[rollout]")
{
    app_under_test app("web: exec sleep 60\n",
                       serving(1, "surge = 1",
                               "readiness = { exec = \"test -e go || test $PROCD_INSTANCE -lt 2\", "
                               "period = \"50ms\" }\n"));
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"restart", "web", "--no-wait"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "starting"}});
    auto const first_surge = pid_of(app, "web.2");
    REQUIRE(app.ctl({"restart", "web", "--no-wait"}).code == 0);
    REQUIRE(eventually([&] { return !alive(first_surge); }));
    auto const before = pid_of(app, "web.1");
    app.write("go", "");
    REQUIRE(eventually([&] {
        return app.states() == std::map<std::string, std::string>{{"web.1", "up"}} &&
               pid_of(app, "web.1") != before;
    }));
}
