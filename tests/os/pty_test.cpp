#include "supervisor/os/pty.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

TEST_CASE("bytes written to a pty come out as they went in", "[pty]")
{
    auto const pair = os::open_pty({24, 80});
    REQUIRE(pair);
    std::string const text = "a\nb\r\n\tc\n";
    REQUIRE(::write(pair->slave.get(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
    CHECK(test::read_until(pair->master.get(), "c\n") == text);
    CHECK(::isatty(pair->slave.get()) == 1);
}

TEST_CASE("both ends of a pty are closed on exec and ours does not block", "[pty]")
{
    auto const pair = os::open_pty({24, 80});
    REQUIRE(pair);
    CHECK((::fcntl(pair->master.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(pair->slave.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(pair->master.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(pair->slave.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a child on a pty is told of a new size", "[pty]")
{
    test::clean_up const clean;
    auto request = test::puppet({"winch"});
    request.pty = request.interactive = true;
    request.window = {20, 60};
    auto const child = os::launch(request);
    REQUIRE(child);
    test::read_until(child->output.get(), "ready");
    CHECK(!os::resize_pty(child->output.get(), {31, 99}));
    CHECK(test::read_until(child->output.get(), "size 31x99").find("size 31x99") !=
          std::string::npos);
}

TEST_CASE("a size is given to terminals alone", "[pty]")
{
    os::unique_fd const null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    CHECK(os::resize_pty(null.get(), {1, 1}) == os::error_of(ENOTTY));
}
