// The words that people type from habit, to procd and to procctl.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <filesystem>
#include <fstream>

using namespace test;

namespace {

void write_file(std::string const& path, std::string const& text)
{
    std::ofstream(path) << text;
}

} // namespace

TEST_CASE("the arguments of `procd run` reach a command with a comment at its end", "[habits]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "plain: echo base\ntask: echo base # a comment\n");
    REQUIRE(run({PROCD, "run", "plain", "x", "y"}, dir.path()).out == "base x y\n");
    REQUIRE(run({PROCD, "run", "task", "x", "y"}, dir.path()).out == "base x y\n");
}

TEST_CASE("what people type from habit works, and a slip names the nearest verb", "[habits]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: echo it runs\nworker: true\n");
    auto const typed = [&](std::string const& word) { return run({PROCD, word}, dir.path()); };
    REQUIRE(has(typed("up").out, "it runs"));
    REQUIRE(has(typed("wbe").err, "did you mean 'web'?"));
    REQUIRE(has(typed("start").out, "it runs"));
    REQUIRE(has(typed("serv").err, "'serve'"));
    REQUIRE(typed("help").code == 0);
    REQUIRE(has(typed("help").out, "procd serve"));
    REQUIRE(has(typed("version").out, "procd "));
    REQUIRE(has(typed("stop").err, "procctl shutdown"));
    REQUIRE(has(typed("web.1").out, "it runs"));
    REQUIRE(typed("web.2").code == 2);
    REQUIRE(has(typed("--prot").err, "no option '--prot' (did you mean '--port'?)"));
    auto const two = run({PROCD, "-m", "web=2 worker=1"}, dir.path());
    REQUIRE(has(two.out, "web.2"));
    auto const blank = run({PROCD, "-m", ""}, dir.path());
    REQUIRE(has(blank.out, "it runs"));
}

TEST_CASE("`procd run` needs no Procfile, and takes a line for the shell", "[habits]")
{
    tests::temp_dir dir;
    write_file(dir / ".env", "GREETING=hello\n");
    REQUIRE(run({PROCD, "run", "--", "echo $GREETING"}, dir.path()).out == "hello\n");
    REQUIRE(run({PROCD, "run", "printenv", "GREETING"}, dir.path()).out == "hello\n");
    REQUIRE(run({PROCD, "run", "web"}, dir.path()).code == 127);
}

TEST_CASE("below the root procd names the Procfile above", "[habits]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: true\n");
    std::filesystem::create_directory(dir / "sub");
    auto const started = run({PROCD}, dir / "sub");
    REQUIRE(started.code == 1);
    REQUIRE(has(started.err, "../Procfile exists; procd -d .. runs its app"));
}

TEST_CASE("a type that one starts after and that is not run is named", "[habits]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "db: true\nweb: true\n");
    write_file(dir / "procd.toml", "[types.web]\nafter = [\"db\"]\n");
    auto const only = run({PROCD, "web"}, dir.path());
    REQUIRE(has(only.out, "web starts after db, which is not run; procd db web runs both"));
    REQUIRE(!has(run({PROCD, "web", "db"}, dir.path()).out, "which is not run"));
}

TEST_CASE("procctl takes a blank for the colon, and a group alone for its list", "[habits]")
{
    app_under_test app("web: echo it runs; exec sleep 60\n");
    app.expect("it runs");
    auto const same = [&](std::vector<std::string> one, std::vector<std::string> other) {
        auto const a = app.ctl(std::move(one)), b = app.ctl(std::move(other));
        INFO(a.err << b.err);
        CHECK(a.code == 0);
        CHECK(a.out == b.out);
    };
    same({"ps:logs", "web"}, {"ps", "logs", "web"});
    same({"pts:list"}, {"pts", "list"});
    same({"limits:list"}, {"limits"});
    same({"autoscale:list"}, {"autoscale"});
    same({"healthchecks:list"}, {"healthchecks"});
    same({"ps:logs", "-n", "1"}, {"logs", "-l", "1"});
    same({"releases:info", "v1"}, {"releases", "info", "1"});
    CHECK(app.ctl({"pts", "scale", "web=2"}).code == 0);
    CHECK(app.states().size() == 2);
    auto const none = app.ctl({"releases", "lst"});
    CHECK(none.code == 2);
    CHECK(has(none.err, "no command 'releases:lst' (did you mean 'releases:list'?)"));
}

TEST_CASE("procctl has help and version as words, and knows words of other tools", "[habits]")
{
    tests::temp_dir dir;
    auto const typed = [&](std::vector<std::string> words) {
        words.insert(words.begin(), PROCCTL);
        return run(words, dir.path());
    };
    CHECK(typed({"help"}).out == typed({"--help"}).out);
    CHECK(typed({"help", "ps", "logs"}).out == typed({"ps:logs", "--help"}).out);
    CHECK(typed({"version"}).out == typed({"-v"}).out);
    auto const connect = typed({"connect", "web"});
    CHECK(connect.code == 2);
    CHECK(has(connect.err, "procctl exec NAME -it"));
}

TEST_CASE("the program procctl-NAME in PATH is the command NAME", "[habits]")
{
    tests::temp_dir dir;
    write_file(dir / "procctl-greet", "#!/bin/sh\necho \"$PROCD_SOCKET: $*\"\nexit 5\n");
    std::filesystem::permissions(dir / "procctl-greet", std::filesystem::perms::owner_all);
    auto const path = dir.path() + ":/usr/bin:/bin";
    auto const greeted =
        run({PROCCTL, "-s", "/a/socket", "greet", "a b", "-x"}, dir.path(), {{"PATH", path}});
    CHECK(greeted.code == 5);
    CHECK(greeted.out == "/a/socket: a b -x\n");
    CHECK(run({PROCCTL, "greet"}, dir.path()).code == 2);
}

TEST_CASE("ps:logs --previous shows the incarnation before", "[habits]")
{
    app_under_test app(
        "web: echo in $$; exec sleep 60\n",
        {.files = {{"procd.toml", "[defaults]\nrollout = { min_ready = \"0s\" }\n"}}});
    app.expect("in ");
    auto const first = std::to_string(app.process("web.1").at("pid").as_int64());
    CHECK(app.ctl({"logs", "-p", "web.1"}).code == 1);
    REQUIRE(app.ctl({"restart", "web.1"}).code == 0);
    auto const before = app.ctl({"logs", "-p", "web.1"});
    INFO(before.out << before.err);
    CHECK(before.code == 0);
    CHECK(has(before.out, "started with pid " + first + '\n'));
    CHECK(has(before.out, "in " + first + '\n'));
    CHECK(count_of(before.out, "started with pid") == 1);
    CHECK(app.ctl({"logs", "-p", "web"}).code == 2);
}
