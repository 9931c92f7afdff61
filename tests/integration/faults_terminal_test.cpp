// What is wrong on a developer's terminal: the screen.
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

using namespace test;

TEST_CASE("a process that clears the screen does not wipe the lines of the others", "[fault]")
{
    app_under_test app("vite: printf '\\033[1;1H\\033[0J\\033[2J\\033[3J\\033[H\\033c'; "
                       "echo cleared; exec sleep 60\n",
                       {.options = {"--color", "never"}, .terminal = true});
    app.expect("cleared");
    for (auto const* sequence : {"\x1b[1;1H", "\x1b[0J", "\x1b[2J", "\x1b[3J", "\x1b[H",
                                 "\x1b"
                                 "c"}) {
        INFO("ESC " << sequence + 1);
        STILL_WRONG(!has(app.output(), sequence));
    }
}
