// The terminal that all processes share, and the terminals that they have for themselves.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>

using namespace test;

namespace {

app_under_test on_terminal(std::string const& procfile, std::vector<std::string> options = {})
{
    options.insert(options.end(), {"--color", "never"});
    return app_under_test(procfile, {.options = options, .terminal = true});
}

} // namespace

TEST_CASE("a process that clears the screen does not wipe the lines of the others", "[screen]")
{
    auto app = on_terminal("vite: printf '\\033[1;1H\\033[0J\\033[2J\\033[3J\\033[H\\033c'; "
                           "printf '\\033[?1049h\\033[?25l\\033[?1000h\\033]0;title\\007'; "
                           "echo cleared; exec sleep 60\n");
    app.expect("vite.1 | cleared");
    app.signal(SIGINT);
    CHECK(app.wait() == 0);
    CHECK_FALSE(has(app.output(), "\x1b"));
    CHECK_FALSE(has(app.output(), "title"));
}

TEST_CASE("a colour that a process does not end stays in its own lines", "[screen]")
{
    auto app = on_terminal("web: printf '\\033[31mred\\nalso red\\n'; exec sleep 60\n");
    app.expect("web.1  | \x1b[31mred\x1b[0m");
    app.expect("web.1  | \x1b[31malso red\x1b[0m");
}

TEST_CASE("a line that is drawn anew shows its last state", "[screen]")
{
    auto app = on_terminal("web: printf '10%%\\r20%%\\r100%%\\n'; exec sleep 60\n");
    app.expect("web.1  | 100%");
    CHECK_FALSE(has(app.output(), "20%"));
}

TEST_CASE("a pipe and procctl get the bytes as they were written", "[screen]")
{
    app_under_test app("web: printf '\\033[2J\\033[31m10%%\\r20%%\\n'; exec sleep 60\n");
    std::string const bytes = "\x1b[2J\x1b[31m10%\r20%\n";
    app.expect("web.1  | " + bytes);
    CHECK(has(app.ctl({"logs", "web.1"}).out, bytes));
}

TEST_CASE("procd answers what a program asks its terminal", "[screen]")
{
    auto app = on_terminal("web: stty -icanon -echo; printf 'ab\\033[6n'; "
                           "answer=$(dd bs=1 count=6 2>/dev/null | tail -c 4); "
                           "printf '\\nthe answer is %s\\n' \"$answer\"; exec sleep 60\n");
    app.expect("the answer is 1;3R");
}

TEST_CASE("a process that waits for input is named, once", "[screen]")
{
    auto app = on_terminal("web: printf 'working'; exec sleep 60\n"
                           "ask: sleep 0.2; printf 'Name? '; read name\n"
                           "key: stty -echo; sleep 0.2; printf 'Password: '; exec sleep 60\n");
    app.expect("ask.1 seems to wait for input");
    app.expect("key.1 seems to wait for input");
    CHECK_FALSE(has(app.output(), "web.1 seems"));
    CHECK(count_of(app.output(), "seems to wait") == 2);
}

TEST_CASE("in `up` pagers do not wait for keys, unless the user has chosen one", "[screen]")
{
    std::string const say = "web: echo \"[$PAGER] [$GIT_PAGER] [$SYSTEMD_PAGER] [$MANPAGER]\"; "
                            "exec sleep 60\n";
    std::vector<std::string> const without{
        "env", "-u", "PAGER", "-u", "GIT_PAGER", "-u", "SYSTEMD_PAGER", "-u", "MANPAGER"};
    app_under_test up(say, {.files = {{".env", "GIT_PAGER=mine\n"}}, .wrapper = without});
    up.expect("[cat] [mine] [cat] [cat]");
    app_under_test serve(say, {.options = {"serve"}, .wrapper = without});
    serve.expect("[] [] [] []");
}

TEST_CASE("a process is told the width that its lines have, without the prefix", "[screen]")
{
    auto app = on_terminal("web: trap 'stty size' WINCH; stty size; "
                           "while :; do sleep 0.05; done\nworker-of-web: stty size; "
                           "exec sleep 60\n",
                           {"-m", "web=1"});
    app.expect("| 24 62"); // of 80: the time, the name and the bar take 18
    app.resize(30, 100);
    app.expect("| 30 82");
    REQUIRE(app.ctl({"scale", "worker-of-web=1"}).code == 0);
    app.expect("web.1           | 30 73"); // a longer name made the prefix wider
    app.expect("worker-of-web.1 | 30 73");
}

TEST_CASE("procd says where a type stands, which decides its colour", "[screen]")
{
    app_under_test app("release: true\nweb: exec sleep 60\n");
    auto const types = app.request("GET", "/v1/types").json().as_array();
    REQUIRE(types.size() == 1);
    CHECK(types[0].at("position") == 1);
}
