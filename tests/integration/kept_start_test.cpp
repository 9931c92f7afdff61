// A service whose files cannot be used at its start: the release that was kept runs.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <filesystem>
#include <sys/stat.h>

using namespace test;

namespace {

auto const procfile = "web: echo \"web $A $PROCD_RELEASE\"; exec sleep 60\n";
auto const settings = "[defaults]\nrollout = { min_ready = \"0s\" }\n";
setting const serve{.options = {"serve"}, .files = {{".env", "A=one\n"}, {"procd.toml", settings}}};

// A way to make the files unusable, and a part of the reason that procd gives.
struct damage {
    char const *file, *text, *reason;
};

} // namespace

TEST_CASE("serve starts the kept release when its files cannot be used, and says so",
          "[kept_start]")
{
    app_under_test app(procfile, serve);
    app.expect("web one v1");
    REQUIRE(app.ctl({"scale", "web=2"}).code == 0);
    app.signal(SIGTERM);
    app.wait();
    auto const way = GENERATE(
        damage{"procd.toml", "[defaults]\nrollot = 1\n", "procd.toml:2: unknown key 'rollot' in "},
        damage{"procd.toml", "[types.wbe]\ncount = 1\n", "procd.toml:1: "},
        damage{"Procfile", "nonsense\n", "Procfile: declares no process type"},
        damage{".env", nullptr, ".env is a pipe"},
        damage{".env", "PORT=none\nA=two\n", "PORT of the env file: 'none' is no port"});
    INFO(way.file << ": " << (way.text ? way.text : "a pipe"));
    if (way.text != nullptr) {
        app.write(way.file, way.text);
    } else {
        std::filesystem::remove(app.file(way.file));
        REQUIRE(::mkfifo(app.file(way.file).c_str(), 0600) == 0);
    }
    // Without the -p of the tests, because that wins over the PORT of an env file.
    app.start_again(
        {.options = {"serve"}, .wrapper = {"sh", "-c", "PORT=$4 exec \"$1\" \"$2\"", "sh"}});
    app.expect("v1 runs, as it was kept; mend them, then `procctl reload`");
    CHECK(has(app.output(), std::string("the files cannot be used (") + way.reason));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    CHECK(count_of(app.output(), "web one v1") >= 2);
    auto const status = app.ctl({"status"}).out;
    CHECK(has(status, std::string("cannot be used (") + way.reason));
    CHECK(has(status, "v1 runs, as it was kept"));
    CHECK(app.ctl({"reload"}).code == 1); // they are as bad as before

    std::filesystem::remove(app.file(way.file));
    app.write("Procfile", procfile);
    app.write("procd.toml", settings);
    app.write(".env", "A=mended\n");
    auto const mended = app.ctl({"reload"});
    INFO(mended.out << mended.err);
    CHECK(mended.code == 0);
    app.expect("web mended v2");
    CHECK_FALSE(has(app.ctl({"status"}).out, "cannot be used"));
}

TEST_CASE("without a kept release, files that cannot be used end procd with 1", "[kept_start]")
{
    auto const* const verb = GENERATE("serve", "up");
    bool const ran_before = GENERATE(false, true);
    INFO(verb << (ran_before ? ", has run before" : ", first start"));
    app_under_test app(ran_before ? procfile : "nonsense\n", {.options = {verb}});
    if (ran_before) {
        app.expect("web  v1");
        app.signal(SIGTERM);
        app.wait();
        std::filesystem::remove(app.file(".procd/state.json"));
        app.write("Procfile", "nonsense\n");
        app.start_again({.options = {verb}});
    }
    CHECK(app.wait() == 1);
    CHECK(has(app.output(), "Procfile: error: declares no process type"));
    CHECK(std::filesystem::exists(app.file(".procd")) == ran_before);
}

TEST_CASE("what was set by command stays in a kept release that is started", "[kept_start]")
{
    app_under_test app(procfile, serve);
    app.expect("web one v1");
    REQUIRE(app.ctl({"limits:set", "web", "--memory", "64M"}).code == 0);
    app.expect("web one v2");
    app.signal(SIGKILL);
    std::filesystem::remove(app.file("Procfile"));
    app.start_again(serve);
    app.expect("v2 runs, as it was kept");
    app.expect_states({{"web.1", "up"}});
    CHECK(has(app.ctl({"limits:list"}).out, "64M"));
}
