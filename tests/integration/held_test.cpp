// Commands on processes that are held down, that wait for others, and that end by themselves.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>

#include <csignal>

using namespace test;

namespace {

auto const never_ready =
    "[types.db]\nreadiness = { exec = \"test -e ready\", period = \"100ms\" }\n"
    "[types.web]\nafter = [\"db\"]\n";

// A web server that starts after a database, which is not ready before the file `ready` is there.
auto const shop = "db: exec sleep 60\nweb: exec sleep 60\n";

} // namespace

TEST_CASE("delete and wait of a held process say that it is held, and return", "[held]")
{
    app_under_test app("web: exec sleep 60\n", {.options = {"-m", "web=2"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    REQUIRE(app.ctl({"stop", "web.1"}).code == 0);
    for (std::vector<std::string> const& words : {std::vector<std::string>{"delete", "web.1"},
                                                  {"delete", "web"},
                                                  {"wait", "web.1"},
                                                  {"wait", "web"}}) {
        auto const done = app.ctl(words);
        INFO(words[0] << ' ' << words[1] << ": " << done.out << done.err);
        CHECK(done.code == 1);
        CHECK(has(done.err, "web.1 is held; procctl start web.1 lets it run"));
    }
    CHECK(app.states()["web.1"] == "stopped");
}

TEST_CASE("restart lets a held process run again, and starts it once", "[held]")
{
    app_under_test app("web: exec sleep 60\n", {.options = {"serve"}});
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"stop", "web.1"}).code == 0);
    auto const done = app.ctl({"restart", "web.1"});
    INFO(done.err << app.dump());
    CHECK(done.code == 0);
    CHECK(app.states()["web.1"] == "up");
    CHECK(app.process("web.1").at("incarnation") == 2);
    REQUIRE(app.ctl({"stop", "web"}).code == 0);
    CHECK(app.ctl({"restart"}).code == 0);
    CHECK(app.states()["web.1"] == "up");
    app.signal(SIGKILL);
    app.start_again({.options = {"serve"}}); // the hold is forgotten on the disk, too
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("commands on a process that waits for a held one name it and return", "[held]")
{
    app_under_test app("db: exec sleep 60\nweb: exec sleep 60\n",
                       {.files = {{"procd.toml", "[types.web]\nafter = [\"db\"]\n"}}});
    app.expect_states({{"db.1", "up"}, {"web.1", "up"}});
    REQUIRE(app.ctl({"stop", "db", "web"}).code == 0);
    for (std::vector<std::string> const& words : {std::vector<std::string>{"start", "web.1"},
                                                  {"restart", "web.1"},
                                                  {"delete", "web.1"},
                                                  {"scale", "web=2"},
                                                  {"wait", "web.1"}}) {
        auto const done = app.ctl(words);
        INFO(words[0] << ' ' << words[1] << ": " << done.out << done.err);
        CHECK(done.code == 1);
        CHECK(has(done.err, " waits for db.1 (held)"));
    }
    REQUIRE(app.ctl({"start", "db"}).code == 0);
    app.expect_states({{"db.1", "up"}, {"web.1", "up"}, {"web.2", "up"}});
}

TEST_CASE("commands on a process that has long waited for another name it and return", "[held]")
{
    app_under_test app(shop, {.files = {{"procd.toml", never_ready}}});
    app.expect_states({{"db.1", "starting"}, {"web.1", "waiting"}});
    for (std::vector<std::string> const& words :
         {std::vector<std::string>{"scale", "web=2"}, {"restart", "web"}, {"start", "web.2"}}) {
        auto const done = app.ctl(words);
        INFO(words[0] << ' ' << words[1] << ": " << done.out << done.err);
        CHECK(done.code == 1);
        CHECK(has(done.err, " waits for db.1 (starting)"));
    }
    auto const late = app.ctl({"wait", "web.1", "--timeout", "100ms"});
    CHECK(late.code == 1);
    CHECK(has(late.err, "web.1 waits for db.1 (starting)"));
    auto const shown = app.ctl({"describe", "web.1"}).out;
    INFO(shown);
    CHECK(has(shown, "waitsFor:"));
    CHECK(has(shown, "false (waits for db.1 (starting))"));
    app.write("ready", "");
    CHECK(app.ctl({"wait", "web"}).code == 0);
    CHECK(!has(app.ctl({"describe", "web.1"}).out, "waitsFor:"));
}

TEST_CASE("a command waits for a process that it has started with the one that waits", "[held]")
{
    app_under_test app(shop, {.files = {{"procd.toml", never_ready}}});
    app.expect_states({{"db.1", "starting"}, {"web.1", "waiting"}});
    app.write("ready", "");
    app.expect_states({{"db.1", "up"}, {"web.1", "up"}});
    CHECK(app.ctl({"restart"}).code == 0);
    REQUIRE(app.ctl({"stop", "db", "web"}).code == 0);
    auto const done = app.ctl({"start", "db", "web"});
    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(app.states()["web.1"] == "up");
}

TEST_CASE("start of a process that ends well is done well, each time", "[held]")
{
    app_under_test app("job: true\nweb: exec sleep 60\n");
    app.expect_states({{"job.1", "completed"}, {"web.1", "up"}});
    for (int i = 0; i < 20; ++i) {
        auto const done = app.ctl({"start", "job.1"});
        INFO(done.err);
        REQUIRE(done.code == 0);
    }
}
