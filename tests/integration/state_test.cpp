// The state that `procd serve` keeps when it ends.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>

using namespace test;

namespace {

auto const procfile = "web: exec sleep 60\nworker: exec sleep 60\n";
auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";
setting const serve{.options = {"serve"}, .files = {{"procd.toml", quick}}};

void end(app_under_test& app, int number)
{
    app.signal(number);
    app.wait();
}

} // namespace

TEST_CASE("counts and holds survive a stop and a kill -9", "[state]")
{
    app_under_test app(procfile, serve);
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"scale", "web=3", "worker=1"}).code == 0);
    REQUIRE(app.ctl({"stop", "web.2"}).code == 0);
    for (int const number : {SIGKILL, SIGTERM, SIGKILL}) {
        auto const old = app.processes();
        end(app, number);
        REQUIRE(eventually([&] {
            return std::none_of(old.begin(), old.end(), [](int pid) { return alive(pid); });
        }));
        app.start_again({.options = {"serve"}});
        app.expect_states(
            {{"web.1", "up"}, {"web.2", "stopped"}, {"web.3", "up"}, {"worker.1", "up"}});
    }
    REQUIRE(app.ctl({"start", "web.2"}).code == 0);
    end(app, SIGKILL);
    app.start_again({.options = {"serve"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}, {"worker.1", "up"}});
    CHECK(app.ctl({"releases"}).out.find("v1         current") != std::string::npos);
    CHECK(count_of(app.ctl({"releases"}).out, "\n") == 2);
}

TEST_CASE("what is kept is on the disk before the answer, also without waiting", "[state]")
{
    app_under_test app(procfile, serve);
    app.expect_states({{"web.1", "up"}});
    for (int n = 2; n < 8; ++n) {
        REQUIRE(app.ctl({"scale", "web=" + std::to_string(n % 3 + 1), "--no-wait"}).code == 0);
        end(app, SIGKILL);
        app.start_again({.options = {"serve"}});
        REQUIRE(eventually([&] {
            auto const formation = app.request("GET", "/v1/formation");
            return formation.status == 200 && formation.json().at("web") == n % 3 + 1;
        }));
    }
}

TEST_CASE("the text of -m counts again only when its text has changed", "[state]")
{
    app_under_test app(procfile,
                       {.options = {"serve", "-m", "web=2"}, .files = {{"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    REQUIRE(app.ctl({"scale", "web=1"}).code == 0);
    end(app, SIGTERM);
    app.start_again({.options = {"serve", "-m", "web=2"}});
    app.expect_states({{"web.1", "up"}});
    end(app, SIGTERM);
    app.start_again({.options = {"serve", "-m", "web=3"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
}

TEST_CASE("of the file's count and the command's the last change wins", "[state]")
{
    app_under_test app(
        procfile, {.options = {"serve"},
                   .files = {{"procd.toml", std::string(quick) + "[types.web]\ncount = 2\n"}}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    REQUIRE(app.ctl({"scale", "web=1"}).code == 0);
    end(app, SIGTERM);
    app.start_again({.options = {"serve"}});
    app.expect_states({{"web.1", "up"}});
    end(app, SIGTERM);
    app.write("procd.toml", std::string(quick) + "[types.web]\ncount = 3\n");
    app.start_again({.options = {"serve"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    CHECK(app.ctl({"releases"}).out.find("v2") == std::string::npos); // a count is no release
}

TEST_CASE("files that changed while procd was away make a release; a rollback stays", "[state]")
{
    app_under_test app(
        "web: echo $A $PROCD_RELEASE; exec sleep 60\n",
        {.options = {"serve"}, .files = {{".env", "A=one\n"}, {"procd.toml", quick}}});
    app.expect("one v1");
    end(app, SIGTERM);
    app.write(".env", "A=two\n");
    app.start_again({.options = {"serve"}});
    app.expect("two v2");
    REQUIRE(app.ctl({"releases:rollback"}).code == 0);
    app.expect("one v3");
    end(app, SIGKILL);
    app.start_again({.options = {"serve"}});
    REQUIRE(eventually([&] { return count_of(app.output(), "one v3") == 2; }));
    end(app, SIGKILL);
    app.write(".env", "A=three\n");
    app.start_again({.options = {"serve"}});
    app.expect("three v4");
}

TEST_CASE("a torn or foreign state is set aside and said, never trusted, never deleted", "[state]")
{
    app_under_test app(procfile, serve);
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"scale", "web=3"}).code == 0);
    end(app, SIGTERM);
    for (auto const* text : {"{\"format\":\"procd sta", "{\"format\":\"another program's\"}", ""}) {
        app.write(".procd/state.json", text);
        app.start_again({.options = {"serve"}});
        app.expect("state.json cannot be used (");
        app.expect_states({{"web.1", "up"}});
        end(app, SIGTERM);
    }
    CHECK(std::filesystem::exists(app.file(".procd/state.json.bad-1")));
    CHECK(std::filesystem::exists(app.file(".procd/state.json.bad-3")));
    std::filesystem::remove(app.file(".procd/state.json"));
    std::filesystem::create_symlink("/etc/passwd", app.file(".procd/state.json"));
    app.start_again({.options = {"serve"}});
    REQUIRE(eventually([&] { return app.output().find("state.json.bad-4") != std::string::npos; }));
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("up keeps nothing", "[state]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"scale", "web=2"}).code == 0);
    end(app, SIGTERM);
    CHECK(!std::filesystem::exists(app.file(".procd/state.json")));
    app.start_again();
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("one bad value in the state costs that value alone, and is said", "[state]")
{
    app_under_test app(procfile, serve);
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"scale", "web=3", "worker=2"}).code == 0);
    end(app, SIGTERM);
    auto text = read_file(app.file(".procd/state.json"));
    auto const at = text.find("\"web\":{\"wanted\":3");
    REQUIRE(at != std::string::npos);
    text.replace(at + 16, 1, "-");
    text.insert(at + 17, "3");
    app.write(".procd/state.json", text);
    app.start_again({.options = {"serve"}});
    app.expect("state.json: types.web.wanted cannot be used; the count of a first start is used");
    app.expect("state.json as it was is kept as state.json.bad-1");
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}, {"worker.2", "up"}});
    CHECK(read_file(app.file(".procd/state.json.bad-1")) == text);
    CHECK(has(app.ctl({"releases"}).out, "v1         current"));
}

TEST_CASE("the number of the release is found again when the state has lost it", "[state]")
{
    app_under_test app(
        "web: echo $A $PROCD_RELEASE; exec sleep 60\n",
        {.options = {"serve"}, .files = {{".env", "A=one\n"}, {"procd.toml", quick}}});
    app.expect("one v1");
    app.write(".env", "A=two\n");
    REQUIRE(app.ctl({"reload"}).code == 0);
    REQUIRE(app.ctl({"scale", "web=2"}).code == 0);
    end(app, SIGTERM);
    auto text = read_file(app.file(".procd/state.json"));
    for (auto const* const name : {"\"release\":", "\"newest\":"}) {
        auto const at = text.find(name) + std::string(name).size();
        text.replace(at, 1, "\"?\"");
    }
    app.write(".procd/state.json", text);
    app.start_again({.options = {"serve"}});
    app.expect("state.json: release cannot be used; the last release on the disk");
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    CHECK(has(app.ctl({"releases"}).out, "v2         current"));
}

TEST_CASE("files that a killed procd has not finished are removed, and no others", "[state]")
{
    app_under_test app(procfile, serve);
    app.expect_states({{"web.1", "up"}});
    end(app, SIGKILL);
    std::vector<std::string> const ours{"release-7.json.new", "state.json.new"};
    std::vector<std::string> const others{"release-x.json.new", "release-07.json.new", "notes.new",
                                          "release-7.json.new.txt"};
    for (auto const* names : {&ours, &others})
        for (auto const& name : *names)
            app.write(".procd/" + name, "SECRET");
    auto const* const verb = GENERATE("serve", "up");
    app.start_again({.options = {verb, "-m", "web=1"}});
    app.expect_states({{"web.1", "up"}});
    for (auto const& name : ours) // this procd may be about to finish one of its own
        CHECK(eventually([&] { return !std::filesystem::exists(app.file(".procd/" + name)); }));
    for (auto const& name : others)
        CHECK(std::filesystem::exists(app.file(".procd/" + name)));
}
