// A developer's terminal: stdin, output sent elsewhere, characters, the hang-up.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <filesystem>

using namespace test;

TEST_CASE("a process that sends its output elsewhere is not hung up", "[terminal]")
{
    auto const* const redirection = GENERATE("> /dev/null 2>&1", "< /dev/null > own.log 2>&1");
    app_under_test app(std::string("web: exec ") + redirection +
                           "; : > elsewhere; until test -e go; do sleep 0.02; done; exit 7\n"
                           "other: exec sleep 60\n",
                       {.options = {"--restart", "never"}, .terminal = true});
    REQUIRE(eventually([&] { return std::filesystem::exists(app.file("elsewhere")); }));
    // procd has seen the end of this output once it has answered what it was asked afterwards.
    for (int i = 0; i < 3; ++i)
        app.states();
    app.write("go", "");
    REQUIRE(eventually([&] {
        return has(app.output(), "exited with code 7") || has(app.output(), "terminated by SIGHUP");
    }));
    REQUIRE(has(app.output(), "exited with code 7"));
}

TEST_CASE("a character whose bytes come in two writes is shown whole", "[terminal]")
{
    app_under_test app("a: printf 'x \\360\\237'; until test -e go; do sleep 0.02; done; "
                       "printf '\\230\\200 y\\n'\n"
                       "b: until test -e between; do sleep 0.02; done; echo 'a line'\n",
                       {.terminal = true});
    app.expect("x ");
    app.write("between", "");
    app.expect("a line");
    app.write("go", "");
    app.expect(" y");
    REQUIRE(has(app.output(), "\xf0\x9f\x98\x80 y"));
}

TEST_CASE("the stdin of a process of `up` is open, with a terminal and without", "[terminal]")
{
    bool const terminal = GENERATE(true, false);
    INFO((terminal ? "a terminal" : "no terminal"));
    app_under_test app("css: " PUPPET " look-at-stdin\n", {.terminal = terminal});
    app.expect("stdin ");
    REQUIRE(has(app.output(), "stdin open"));
}

TEST_CASE("on a terminal a server behind a shell may clean up before it ends", "[terminal]")
{
    app_under_test app("web: cd . && " PUPPET " clean-up server.pid; exit $?\n",
                       {.options = {"-t", "20"}, .terminal = true});
    app.expect("ready ");
    REQUIRE(std::filesystem::exists(app.file("server.pid")));
    app.type("\x03");
    app.wait();
    REQUIRE(!std::filesystem::exists(app.file("server.pid")));
}
