// What is wrong at the start of an app and in the words of the command line.
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <fstream>

using namespace test;

namespace {

void write_file(std::string const& path, std::string const& text)
{
    std::ofstream(path) << text;
}

} // namespace

TEST_CASE("a type whose ports lie above 65535 does not run with the port of another", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / ".env", "PORT=65500\n");
    write_file(dir / "Procfile", "web: echo port=$PORT\nworker: echo port=$PORT\n");
    auto const done = run({PROCD, "--no-timestamps", "--restart", "never"}, dir.path());
    auto const said = done.out + done.err;
    INFO(said);
    REQUIRE(has(said, "web.1    | port=65500\n"));
    REQUIRE(has(said, "worker.1 | port=\n"));
    REQUIRE(has(said, "no port is left for worker.1"));
    REQUIRE(run({PROCD, "check"}, dir.path()).code == 1);
}

TEST_CASE("the arguments of `procd run` reach a command with a comment at its end", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "plain: echo base\ntask: echo base # a comment\n");
    REQUIRE(run({PROCD, "run", "plain", "x", "y"}, dir.path()).out == "base x y\n");
    REQUIRE(run({PROCD, "run", "task", "x", "y"}, dir.path()).out == "base x y\n");
}

TEST_CASE("what people type from habit works, and a slip names the nearest verb", "[verbs]")
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

TEST_CASE("`procd run` needs no Procfile, and takes a line for the shell", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / ".env", "GREETING=hello\n");
    REQUIRE(run({PROCD, "run", "--", "echo $GREETING"}, dir.path()).out == "hello\n");
    REQUIRE(run({PROCD, "run", "printenv", "GREETING"}, dir.path()).out == "hello\n");
    REQUIRE(run({PROCD, "run", "web"}, dir.path()).code == 127);
}

TEST_CASE("below the root procd names the Procfile above", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: true\n");
    std::filesystem::create_directory(dir / "sub");
    auto const started = run({PROCD}, dir / "sub");
    REQUIRE(started.code == 1);
    REQUIRE(has(started.err, "../Procfile exists; procd -d .. runs its app"));
}

TEST_CASE("a type that one starts after and that is not run is named", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "db: true\nweb: true\n");
    write_file(dir / "procd.toml", "[types.web]\nafter = [\"db\"]\n");
    auto const only = run({PROCD, "web"}, dir.path());
    REQUIRE(has(only.out, "web starts after db, which is not run; procd db web runs both"));
    REQUIRE(!has(run({PROCD, "web", "db"}, dir.path()).out, "which is not run"));
}
