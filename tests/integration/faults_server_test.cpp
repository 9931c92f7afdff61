// What is wrong on a server: reloads, held processes, logs of before, the release phase.
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>

#include <csignal>

using namespace test;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";

// A procctl that may not come back by itself; its code is 124 when it had to be ended.
outcome limited(app_under_test& app, std::string const& limit, std::vector<std::string> words)
{
    words.insert(words.begin(), {"timeout", limit, PROCCTL});
    return run(words, app.root());
}

} // namespace

TEST_CASE("the progress deadline of a new process counts from its own start", "[fault]")
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
    REQUIRE((done.code == 0 || done.code == 1));
    STILL_WRONG(done.code == 0);
    app.signal(SIGQUIT);
}

TEST_CASE("`delete` and `wait` of a held process return and say that it is held", "[fault]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"stop", "web.1"}).code == 0);
    app.expect_states({{"web.1", "stopped"}});
    auto const waited = app.ctl({"wait", "web.1", "--timeout", "100ms"});
    INFO(waited.err);
    REQUIRE(waited.code == 1);
    STILL_WRONG(has(waited.err, "held"));
    auto const deleted = limited(app, "1", {"delete", "web.1"});
    STILL_WRONG(deleted.code == 1 && has(deleted.err, "held"));
}

TEST_CASE("`restart` lets a held process run again", "[fault]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"stop", "web.1"}).code == 0);
    REQUIRE(app.ctl({"restart", "web.1"}).code == 0);
    STILL_WRONG(app.states()["web.1"] == "up");
}

TEST_CASE("procctl logs shows what the log files hold from before a restart", "[fault]")
{
    setting const how{.options = {"serve"}, .files = {{".env", "A=one\n"}}};
    app_under_test app("web: echo before-$A; exec sleep 60\n", how);
    app.expect("before-one");
    auto const log = app.file(".procd/log/web.1.log");
    REQUIRE(eventually([&] { return has(read_file(log), "before-one"); }));
    app.signal(SIGKILL);
    app.write(".env", "A=two\n");
    app.start_again(how);
    app.expect("before-two");
    auto const shown = app.ctl({"logs", "--since", "10m", "-n", "1000"});
    REQUIRE(has(shown.out, "before-two"));
    REQUIRE(has(read_file(log), "before-one"));
    STILL_WRONG(has(shown.out, "before-one"));
}

TEST_CASE("the release phase is stopped like a process: TERM first", "[fault]")
{
    app_under_test app("release: test -z \"$A\" && exit; trap 'echo undone; exit 1' TERM; "
                       "echo migrating; while :; do sleep 0.05; done\n"
                       "web: exec sleep 60\n",
                       {.options = {"serve", "-t", "20"}});
    app.expect_states({{"web.1", "up"}});
    app.write(".env", "A=1\n");
    app.signal(SIGHUP);
    app.expect("migrating");
    app.signal(SIGTERM);
    app.wait();
    STILL_WRONG(has(app.output(), "undone"));
}
