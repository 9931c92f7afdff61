// What is wrong on a server: reloads, held processes, the release phase.
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

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

TEST_CASE("a HUP that comes during a reload is done after it", "[fault]")
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
    app.states(); // a signal is seen before what is asked after it
    app.write("go1", "");
    app.expect("web 1");
    bool const told =
        eventually([&] { return has(app.output(), "web 2") || has(app.output(), "is under way"); });
    REQUIRE(told);
    STILL_WRONG(has(app.output(), "web 2"));
}

TEST_CASE("a reload that would lose a line to a typo changes nothing and says so", "[fault]")
{
    app_under_test app(
        "web: exec sleep 60\nworker: exec sleep 60\n",
        {.options = {"serve", "-m", "all=1"}, .files = {{".env", "A=1\n"}, {"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    app.write("Procfile", "web: exec sleep 60\nworker exec sleep 60\n");
    app.write(".env", "A 1\n");
    auto const done = app.ctl({"reload"});
    INFO(done.code << done.out << done.err);
    STILL_WRONG(has(done.err, "Procfile:2:") && has(done.err, ".env:1:"));
    STILL_WRONG(done.code == 1 && app.states().contains("worker.1"));
}

TEST_CASE("procd answers while a file that it reads again gives nothing", "[fault]")
{
    app_under_test app("web: exec sleep 60\n",
                       {.options = {"serve"}, .files = {{".env", "A=1\n"}, {"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}});
    std::filesystem::remove(app.file(".env"));
    REQUIRE(::mkfifo(app.file(".env").c_str(), 0600) == 0);
    std::atomic<bool> reloaded{false};
    std::thread reload([&] {
        limited(app, "20", {"reload"});
        reloaded = true;
    });
    bool silent = false;
    bool const told = eventually([&] {
        silent = !reloaded && limited(app, "1", {"status"}).code == 124;
        return silent || reloaded;
    });
    auto const writer = ::open(app.file(".env").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    ::close(writer); // whoever waits for one goes on
    reload.join();
    REQUIRE(told);
    STILL_WRONG(!silent);
}
