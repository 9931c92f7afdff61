// Releases: reload, rolling restarts, put-back, rollback, the release phase.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace test;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\", progress_deadline = \"30s\" }\n";
auto const procfile =
    "web: echo \"$SECRET $PROCD_RELEASE\"; exec sleep 60\nworker: exec sleep 60\n";

setting serving(std::map<std::string, std::string> files = {})
{
    files.try_emplace("procd.toml", quick);
    files.try_emplace(".env", "SECRET=one\n");
    return {.options = {"serve", "-m", "web=3,worker=1"}, .files = std::move(files)};
}

std::map<std::string, std::string> releases_of(app_under_test& app)
{
    std::map<std::string, std::string> all;
    auto const list = app.request("GET", "/v1/processes").json(); // named: it is looped over
    for (auto const& p : list.as_array())
        all[std::string(p.at("name").as_string())] = p.at("release").as_string();
    return all;
}

std::map<std::string, int> pids_of(app_under_test& app)
{
    std::map<std::string, int> all;
    auto const list = app.request("GET", "/v1/processes").json();
    for (auto const& p : list.as_array())
        if (!p.at("pid").is_null())
            all[std::string(p.at("name").as_string())] = p.at("pid").to_number<int>();
    return all;
}

void all_up(app_under_test& app)
{
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}, {"worker.1", "up"}});
}

} // namespace

TEST_CASE("reload rolls the types whose part changed, one process after the other", "[releases]")
{
    app_under_test app(procfile, serving());
    all_up(app);
    auto const before = pids_of(app);
    app.write("procd.toml", std::string(quick) + "[types.web]\nenv = { EXTRA = \"1\" }\n");
    auto const plan = app.ctl({"reload", "--dry-run"});
    CHECK(plan.out == "A reload would make v2:\nweb: env\n");
    CHECK(releases_of(app)["web.1"] == "v1");

    auto const done = app.ctl({"reload"});
    INFO(done.out << done.err << app.dump());
    CHECK(done.code == 0);
    CHECK(done.out.starts_with("Reloading " + app.root().substr(app.root().rfind('/') + 1) +
                               "...\nweb: env\n"));
    CHECK(releases_of(app) ==
          std::map<std::string, std::string>{
              {"web.1", "v2"}, {"web.2", "v2"}, {"web.3", "v2"}, {"worker.1", "v1"}});
    auto const after = pids_of(app);
    CHECK(after.at("worker.1") == before.at("worker.1"));
    CHECK(after.at("web.1") != before.at("web.1"));

    auto const again = app.ctl({"reload"});
    CHECK(again.code == 0);
    CHECK(again.err.find("nothing has changed; v2 stays") != std::string::npos);
    CHECK(pids_of(app) == after);
    CHECK(app.ctl({"reload", "--dry-run"}).out == "Nothing has changed.\n");
}

TEST_CASE("a rolling restart never has more than one process missing", "[releases]")
{
    app_under_test app("web: exec " PUPPET " ignore-term sleep\n" /* not quick to go */,
                       {.options = {"-m", "web=4", "-t", "0.2"}, .files = {{"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}, {"web.4", "up"}});
    auto const before = pids_of(app);
    REQUIRE(app.ctl({"restart", "web", "--no-wait"}).code == 0);
    bool fewer = false;
    auto const over = eventually([&] {
        auto const now = app.states();
        int up = 0;
        for (auto const& [name, state] : now)
            up += state == "up";
        fewer = fewer || up < 3;
        auto const pids = pids_of(app);
        return pids.size() == 4 && std::none_of(pids.begin(), pids.end(), [&](auto const& p) {
                   return before.at(p.first) == p.second;
               });
    });
    INFO(app.dump());
    CHECK(over);
    CHECK_FALSE(fewer);
    // The highest number first.
    app.expect("web.1  | terminated");
    auto const events = app.output();
    auto const ended = [&](std::string const& name) {
        return events.find(name + "  | terminated");
    };
    CHECK(ended("web.4") < ended("web.3"));
    CHECK(ended("web.2") < ended("web.1"));
}

TEST_CASE("what starts with files that a reload has not taken up says so", "[releases]")
{
    app_under_test app("web: exec sleep 60\n",
                       {.files = {{".env", "A=1\n"}, {"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}});
    auto const warning = [&](std::vector<std::string> words) {
        auto const done = app.ctl(std::move(words));
        CHECK(done.code == 0);
        return done.err;
    };
    CHECK(!has(warning({"restart"}), "warning"));
    app.write(".env", "A=2\n");
    auto const due = "warning: the files differ from v1, which runs (web: env); procctl reload "
                     "takes that up";
    CHECK(has(warning({"restart"}), due));
    CHECK(has(warning({"restart", "--no-wait"}), due));
    CHECK(has(warning({"delete", "web.1"}), due));
    CHECK(has(warning({"start", "web.1"}), due));
    app.write("procd.toml", "[types.wbe]\n");
    CHECK(has(warning({"restart"}), "warning: the files cannot be read as they are now ("));
    app.write("procd.toml", quick);
    CHECK(!has(warning({"reload"}), "warning"));
    CHECK(!has(warning({"restart"}), "warning"));
}

TEST_CASE("restart of one process leaves the others alone", "[releases]")
{
    app_under_test app(procfile, serving());
    all_up(app);
    auto before = pids_of(app);
    CHECK(app.ctl({"restart", "web.2"}).code == 0);
    auto after = pids_of(app);
    CHECK(before["web.2"] != after["web.2"]);
    before.erase("web.2");
    after.erase("web.2");
    CHECK(before == after);
}

TEST_CASE("a rollout that does not become ready is put back, and its last words are shown",
          "[releases]")
{
    app_under_test app("web: echo started; exec sleep 60\nworker: exec sleep 60\n", serving());
    all_up(app);
    auto const before = pids_of(app);
    auto const broken = GENERATE(
        std::string("web: echo cannot find my database; exit 7\nworker: exec sleep 60\n"),
        std::string(
            "web: echo cannot find my database; sleep 0.05; exit 7\nworker: exec sleep 60\n"));
    app.write("procd.toml",
              "[defaults]\nrollout = { min_ready = \"300ms\", progress_deadline = \"400ms\" }\n");
    CHECK(app.ctl({"reload"}).code == 0); // settings of the rollout make no release
    CHECK(pids_of(app) == before);
    app.write("Procfile", broken);
    auto const failed = app.ctl({"reload"});
    INFO(failed.out << failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(failed.err.find("procctl: web.3 will not be ready within 700ms: exited with code 7") !=
          std::string::npos);
    CHECK(failed.err.find("\n    cannot find my database") != std::string::npos);
    REQUIRE(eventually([&] {
        auto const now = releases_of(app);
        return now.at("web.1") == "v1" && now.at("web.2") == "v1" && now.at("web.3") == "v1";
    }));
    auto const after = pids_of(app);
    CHECK(after.at("web.1") == before.at("web.1"));
    CHECK(after.at("web.2") == before.at("web.2"));
    auto const list = app.ctl({"releases"}).out;
    CHECK(list.find("v2         failed") != std::string::npos);
    CHECK(list.find("v1         current") != std::string::npos);
}

TEST_CASE("a rollback is a new release with the old content", "[releases]")
{
    app_under_test app(procfile, serving());
    all_up(app);
    app.write(".env", "SECRET=two\n");
    REQUIRE(app.ctl({"reload"}).code == 0);
    app.expect("web.1    | two v2");
    auto const back = app.ctl({"releases:rollback", "v1"});
    INFO(back.out << back.err << app.dump());
    CHECK(back.code == 0);
    app.expect("web.1    | one v3");
    CHECK(releases_of(app).at("worker.1") == "v3");
    CHECK(app.ctl({"releases:rollback", "v3"}).code == 1);
    CHECK(app.ctl({"releases:rollback", "v9"}).code == 3);
    auto const info = app.ctl({"releases:info", "v2"}).out;
    CHECK(info.find("Variables:    SECRET") != std::string::npos);
    CHECK(info.find("two") == std::string::npos);
    CHECK(app.ctl({"releases:rollback"}).code == 0); // the one before: v2
    app.expect("web.1    | two v4");
}

TEST_CASE("no value of a variable leaves the state directory's own files", "[releases]")
{
    app_under_test app(
        "web: exec sleep 60\n",
        {.options = {"serve"}, .files = {{".env", "SECRET=hunter2one\n"}, {"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}});
    app.write(".env", "SECRET=hunter2two\n");
    auto const told = app.ctl({"reload"});
    REQUIRE(told.code == 0);
    auto const said =
        told.out + told.err + app.output() + app.ctl({"events"}).out +
        app.ctl({"releases", "--json"}).out + app.ctl({"releases:info", "v2", "--json"}).out +
        app.ctl({"describe", "web.1", "--json"}).out + app.ctl({"status", "--json"}).out;
    CHECK(said.find("hunter2") == std::string::npos);
    for (auto const& each : std::filesystem::recursive_directory_iterator(app.file(".procd"))) {
        if (!each.is_regular_file())
            continue;
        std::ifstream file(each.path());
        std::string const text{std::istreambuf_iterator<char>(file), {}};
        INFO(each.path());
        if (text.find("hunter2") == std::string::npos)
            continue;
        CHECK((each.status().permissions() & std::filesystem::perms(077)) ==
              std::filesystem::perms::none);
        CHECK(each.path().filename().string().starts_with("release-"));
    }
}

TEST_CASE("types come and go with a reload, and counts stay as they were set", "[releases]")
{
    app_under_test app(procfile, serving());
    all_up(app);
    REQUIRE(app.ctl({"scale", "web=2"}).code == 0);
    app.write("Procfile",
              "web: echo \"$SECRET $PROCD_RELEASE\"; exec sleep 60\nclock: exec sleep 60\n");
    app.write("procd.toml", std::string(quick) + "[types.clock]\ncount = 2\n");
    auto const done = app.ctl({"reload"});
    INFO(done.out << done.err << app.dump());
    CHECK(done.code == 0);
    // -m also holds for types that were new after it: they are off.
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    CHECK(app.ctl({"ps", "worker"}).code == 3);
    CHECK(app.ctl({"scale", "clock=1"}).code == 0);
    CHECK(app.process("clock.1").at("port") == app.port() + 200); // worker keeps its block
    app.write("procd.toml", std::string(quick) + "[types.clock]\ncount = 3\n");
    CHECK(app.ctl({"reload"}).err.find("clock: count; no process has to be replaced") !=
          std::string::npos);
    REQUIRE(eventually([&] { return app.states().count("clock.3") == 1; }));
}

TEST_CASE("files that cannot be used change nothing", "[releases]")
{
    app_under_test app(procfile, serving());
    all_up(app);
    auto const before = pids_of(app);
    app.write("procd.toml", "[types.web]\ncuont = 2\n");
    auto const bad = app.ctl({"reload"});
    CHECK(bad.code == 1);
    CHECK(bad.err.find("procctl: there are errors in the files\nprocd.toml:2:1: error: unknown key "
                       "'cuont' in [types.web]") != std::string::npos);
    app.signal(SIGHUP);
    app.expect("reload: there are errors in the files; everything stays as it is");
    app.expect("procd.toml:2:1: error: unknown key 'cuont'");
    CHECK(pids_of(app) == before);
    app.write("procd.toml", quick);
    app.write(".env", "SECRET=three\n");
    app.signal(SIGHUP);
    app.expect("v2 is up");
    CHECK(releases_of(app).at("worker.1") == "v2");
}

TEST_CASE("the link through which procd was started is followed again, too", "[releases]")
{
    tests::temp_dir const house;
    for (auto const* release : {"r1", "r2"}) {
        std::filesystem::create_directory(house / release);
        std::ofstream(house / release + "/Procfile") << "web: echo " << release << "; sleep 60\n";
    }
    std::filesystem::create_directory_symlink("r1", house / "current");
    // As `cd current && procd` in a shell.
    auto const script = "cd current && " + std::string(PROCD) + " serve -a linked -s " +
                        house.path() +
                        "/s -p auto & pid=$!; trap 'kill $pid; wait $pid' EXIT\n"
                        "ctl() { " +
                        PROCCTL + " -s " + house.path() +
                        "/s \"$@\"; }\n"
                        "until ctl wait web 2>/dev/null; do sleep 0.05; done\n"
                        "ln -sfn r2 current; ctl reload\n";
    auto const said = run({"/bin/sh", "-c", script}, house.path());
    INFO(said.out << said.err);
    CHECK(said.code == 0);
    CHECK(said.out.find("| r2") != std::string::npos);
}

TEST_CASE("the root's link is followed again at each reload", "[releases]")
{
    app_under_test app("web: pwd; exec sleep 60\n",
                       {.options = {"serve", "-d", "current", "-f", "Procfile"},
                        .files = {{"procd.toml", quick}}});
    CHECK(app.wait() == 1); // there is no such directory yet
    std::filesystem::create_directory(app.file("r1"));
    std::filesystem::create_directory(app.file("r2"));
    std::filesystem::create_directory_symlink("r1", app.file("current"));
    app.start_again(
        {.options = {"serve", "-d", "current", "-f", "Procfile", "-s", app.file("sock")}});
    app.expect("web.1  | " + app.file("r1") + "\n");
    std::filesystem::remove(app.file("current"));
    std::filesystem::create_directory_symlink("r2", app.file("current"));
    auto const done = app.ctl({"-s", app.file("sock"), "reload"});
    INFO(done.out << done.err << app.dump());
    CHECK(done.out.find("web: root\n") != std::string::npos);
    app.expect("web.1  | " + app.file("r2") + "\n");
}

TEST_CASE("a process that had given up is started by the release that mends it", "[releases]")
{
    app_under_test app(
        "web: exit 3\n",
        {.options = {"serve"},
         .files = {{"procd.toml", std::string(quick) + "[types.web]\nmax_restarts = 1\n"
                                                       "backoff = { initial = \"0s\" }\n"}}});
    app.expect_states({{"web.1", "crashed"}});
    app.write("Procfile", "web: exec sleep 60\n");
    auto const mended = app.ctl({"reload"});
    INFO(mended.err << app.dump());
    CHECK(mended.code == 0);
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("a release that is put back takes its counts along, and brings back what it removed",
          "[releases]")
{
    app_under_test app(procfile, serving());
    all_up(app);
    REQUIRE(app.ctl({"scale", "worker=2"}).code == 0);
    app.write("Procfile", "web: exit 7\n");
    app.write("procd.toml",
              "[defaults]\nrollout = { min_ready = \"200ms\", progress_deadline = \"300ms\" }\n"
              "[types.web]\ncount = 1\n");
    auto const failed = app.ctl({"reload"});
    INFO(failed.err << app.dump());
    CHECK(failed.code == 1);
    app.expect_states({{"web.1", "up"},
                       {"web.2", "up"},
                       {"web.3", "up"},
                       {"worker.1", "up"},
                       {"worker.2", "up"}});
    CHECK(releases_of(app).at("web.1") == "v1");
}

TEST_CASE("the progress deadline of a new process counts from its own start", "[releases]")
{
    // The old worker takes longer to stop than a new one may take to become ready.
    app_under_test app(
        "worker: trap 'sleep 2.5; exit 0' TERM; echo \"A=$A\"; while :; do sleep 0.05; done\n",
        {.options = {"serve"},
         .files = {{".env", "A=0\n"},
                   {"procd.toml", "[types.worker]\ncount = 1\nrollout = { progress_deadline = "
                                  "\"2s\", min_ready = \"200ms\" }\n"}}});
    app.expect("A=0");
    app.write(".env", "A=1\n");
    auto const done = app.ctl({"reload"});
    INFO(done.out << done.err);
    CHECK(done.code == 0);
    CHECK(has(app.output(), "A=1"));
    app.signal(SIGQUIT);
}

TEST_CASE("a restart of a type whose processes are not ready never stops all of them", "[releases]")
{
    app_under_test app(
        "web: echo \"up $PS\"; exec sleep 60\n",
        {.options = {"serve", "-m", "web=3"},
         .files = {{"procd.toml", "[types.web]\nreadiness = { exec = \"test -e ready\", period = "
                                  "\"100ms\" }\nrollout = { progress_deadline = \"300ms\" }\n"}}});
    for (auto const* const name : {"up web.1", "up web.2", "up web.3"})
        app.expect(name);
    auto const before = app.processes();
    REQUIRE(before.size() >= 3);
    auto const failed = app.ctl({"restart", "web"});
    INFO(failed.err << app.dump());
    CHECK(failed.code == 1);
    CHECK(has(failed.err, "web.3 was not ready within"));
    CHECK(count_of(app.output(), "up web.") == 4);
    app.write("ready", "");
    CHECK(app.ctl({"restart", "web"}).code == 0);
    CHECK(eventually([&] { return count_of(app.output(), "up web.") == 7; }));
}
