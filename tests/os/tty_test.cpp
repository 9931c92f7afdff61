#include "supervisor/os/pty.hpp"
#include "supervisor/os/tty.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

TEST_CASE("a terminal tells its size and when it is gone", "[tty]")
{
    auto pair = os::open_pty({40, 132});
    if (!pair) {
        SKIPPED("no pty can be had here: " << pair.error().message());
        return;
    }
    int const terminal = pair->slave.get();
    CHECK(os::is_terminal(terminal));
    auto const size = os::terminal_size(terminal);
    REQUIRE(size.has_value());
    CHECK(size->rows == 40);
    CHECK(size->columns == 132);

    CHECK_FALSE(os::hung_up(terminal));
    pair->master.reset();
    CHECK(os::hung_up(terminal));
}

TEST_CASE("what is no terminal has no size", "[tty]")
{
    os::unique_fd const null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    CHECK_FALSE(os::is_terminal(null.get()));
    CHECK(os::terminal_size(null.get()).error().value() == ENOTTY);
    CHECK_FALSE(os::hung_up(null.get()));
    CHECK_FALSE(os::is_terminal(-1));
}
