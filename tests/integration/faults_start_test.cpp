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

TEST_CASE("a type whose ports lie above 65535 does not run with the port of another", "[fault]")
{
    tests::temp_dir dir;
    write_file(dir / ".env", "PORT=65500\n");
    write_file(dir / "Procfile", "web: echo port=$PORT\nworker: echo port=$PORT\n");
    auto const done = run({PROCD, "--no-timestamps", "--restart", "never"}, dir.path());
    auto const said = done.out + done.err;
    INFO(said);
    REQUIRE((done.code == 1 || has(said, "web.1    | port=65500\n")));
    STILL_WRONG(!has(said, "worker.1 | port=65500\n") && has(said, "65535"));
}

TEST_CASE("the arguments of `procd run` reach a command with a comment at its end", "[fault]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "plain: echo base\ntask: echo base # a comment\n");
    REQUIRE(run({PROCD, "run", "plain", "x", "y"}, dir.path()).out == "base x y\n");
    STILL_WRONG(run({PROCD, "run", "task", "x", "y"}, dir.path()).out == "base x y\n");
}

TEST_CASE("what people type from habit works, and a slip names the nearest verb", "[fault]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: echo it runs\nworker: true\n");
    auto const typed = [&](std::string const& word) { return run({PROCD, word}, dir.path()); };
    REQUIRE(has(typed("up").out, "it runs"));
    REQUIRE(has(typed("wbe").err, "did you mean 'web'?"));
    STILL_WRONG(has(typed("start").out, "it runs"));
    STILL_WRONG(has(typed("serv").err, "'serve'"));
    STILL_WRONG(typed("help").code == 0 && has(typed("help").out, "procd serve"));
}
