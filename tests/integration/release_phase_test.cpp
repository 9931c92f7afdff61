// The release phase: when it runs, and how it is stopped.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>

using namespace test;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";

// An app whose second release has a phase that goes on until it is stopped, as `migrate` says.
std::string slow_phase(std::string const& migrate)
{
    return "release: test -z \"$A\" && exit; " + migrate + "\nweb: exec sleep 60\n";
}

void begin_second_phase(app_under_test& app)
{
    app.expect_states({{"web.1", "up"}});
    app.write(".env", "A=1\n");
    REQUIRE(app.ctl({"reload", "--no-wait"}).code == 0);
    app.expect("release.1 | migrating\n");
}

auto const stubborn = "trap 'echo told' TERM; echo migrating; while :; do sleep 0.05; done";

} // namespace

TEST_CASE("the release phase runs before a new release, and a failure keeps the old one",
          "[releases]")
{
    auto const phase = "release: echo migrating $PROCD_RELEASE; test ! -e broken\n";
    app_under_test app(std::string(phase) + "web: echo running $PROCD_RELEASE; exec sleep 60\n",
                       {.options = {"serve"}, .files = {{"procd.toml", quick}}});
    app.expect("release.1 | migrating v1\n");
    app.expect("running v1\n");
    auto const text = app.output();
    CHECK(text.find("migrating v1") < text.find("running v1"));
    app.write("broken", "");
    app.write(".env", "A=1\n");
    auto const failed = app.ctl({"reload"});
    CHECK(failed.code == 1);
    CHECK(failed.err.find("the release phase of v2 failed; v1 stays") != std::string::npos);
    CHECK(app.process("web.1").at("release") == "v1");
    std::filesystem::remove(app.file("broken"));
    app.write(".env", "A=2\n");
    CHECK(app.ctl({"reload"}).code == 0);
    app.expect("running v3\n");
    // Nothing has changed, so the release phase does not run again.
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    app.start_again({.options = {"serve"}});
    REQUIRE(eventually([&] { return app.states().count("web.1") == 1; }));
    CHECK(app.output().rfind("migrating v3") == app.output().find("migrating v3"));
}

TEST_CASE("a first release whose phase fails starts nothing", "[releases]")
{
    app_under_test app("release: exit 3\nweb: exec sleep 60\n", {.options = {"serve"}});
    CHECK(app.wait() == 1);
    app.expect("the release phase failed: nothing is started");
    CHECK(app.output().find("web.1") == std::string::npos);
}

TEST_CASE("nothing is started, scaled or reloaded while the first release phase runs", "[releases]")
{
    app_under_test app("release: while ! test -e go; do sleep 0.02; done\nweb: exec sleep 60\n",
                       {.options = {"serve"}, .files = {{"procd.toml", quick}}});
    app.expect("release phase of v1");
    CHECK(app.ctl({"scale", "web=2"}).code == 1);
    auto const early = app.ctl({"reload"});
    CHECK(early.code == 1);
    CHECK(early.err.find("the release phase runs") != std::string::npos);
    CHECK(app.states().empty());
    app.write("go", "");
    app.expect_states({{"web.1", "up"}});
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);

    app_under_test stopped("release: exec sleep 60\nweb: exec sleep 60\n",
                           {.options = {"serve"}, .files = {{"procd.toml", quick}}});
    stopped.expect("release phase of v1");
    stopped.signal(SIGTERM);
    CHECK(stopped.wait() == 0);
    CHECK(stopped.processes().empty());
}

TEST_CASE("a reload that the stop of procd cuts short is made up for by the next start",
          "[releases]")
{
    app_under_test app(
        "release: test ! -e slow || exec sleep 60\n"
        "web: echo $A; exec sleep 60\n",
        {.options = {"serve"}, .files = {{"procd.toml", quick}, {".env", "A=one\n"}}});
    app.expect("| one\n");
    app.write("slow", "");
    app.write(".env", "A=two\n");
    REQUIRE(app.ctl({"reload", "--no-wait"}).code == 0);
    app.expect("release phase of v2");
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    std::filesystem::remove(app.file("slow"));
    app.start_again({.options = {"serve"}});
    app.expect("| two\n");
    CHECK(app.ctl({"releases"}).out.find("failed") == std::string::npos);
}

TEST_CASE("the release phase is stopped like a process: its stop signal first", "[releases]")
{
    for (std::string const signal : {"TERM", "INT"}) {
        app_under_test app(
            slow_phase("trap 'echo undone; exit 1' " + signal +
                       "; echo migrating; while :; do sleep 0.05; done"),
            {.options = {"serve"},
             .files = {{"procd.toml", "[types.release]\nstop_signal = \"" + signal + "\"\n"}}});
        begin_second_phase(app);
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        CHECK(has(app.output(), "release.1 | undone\n"));
        CHECK(!has(app.output(), "SIGKILL"));
        CHECK(app.processes().empty());
    }
}

TEST_CASE("a release phase that does not obey is killed with its tree at its stop timeout",
          "[releases]")
{
    app_under_test app(slow_phase("setsid sleep 61 & " + std::string(stubborn)),
                       {.options = {"serve", "-t", "1"}});
    begin_second_phase(app);
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK(has(app.output(), "release.1 | told\n"));
    CHECK(has(app.output(), "release.1 | did not end in time: SIGKILL"));
    CHECK(app.processes().empty());
}

TEST_CASE("QUIT kills a release phase at once", "[releases]")
{
    app_under_test app(slow_phase(stubborn), {.options = {"serve", "-t", "600"}});
    begin_second_phase(app);
    app.signal(SIGTERM);
    app.expect("release.1 | told\n");
    app.signal(SIGQUIT);
    CHECK(app.wait() == 0);
    CHECK(app.processes().empty());
}

TEST_CASE("what a release phase leaves behind is ended with it", "[releases]")
{
    app_under_test app("release: setsid sleep 62 & echo migrated\nweb: exec sleep 60\n",
                       {.options = {"serve"}});
    app.expect("release.1 | left 1 process behind");
    app.expect_states({{"web.1", "up"}});
    CHECK(app.processes().size() == 1);
}
