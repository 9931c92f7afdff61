#include "supervisor/os/hangup_watch.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace {

struct pair {
    pair()
    {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        near = os::unique_fd(ends[0]);
        far = os::unique_fd(ends[1]);
    }
    os::unique_fd near, far;
};

bool is_readable(int fd)
{
    pollfd look{fd, POLLIN, 0};
    return ::poll(&look, 1, 0) == 1;
}

using ids = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("a socket whose other side has ended is given once", "[hangup_watch]")
{
    auto const watch = os::hangup_watch::open();
    REQUIRE(watch.has_value());
    pair one, two;
    REQUIRE(watch->add(one.near.get(), 7).has_value());
    REQUIRE(watch->add(two.near.get(), 8).has_value());
    CHECK(::send(one.far.get(), "x", 1, 0) == 1); // nobody reads it
    CHECK(watch->take().empty());
    CHECK_FALSE(is_readable(watch->get()));
    SECTION("when it has ended its writing")
    {
        ::shutdown(one.far.get(), SHUT_WR);
    }
    SECTION("when it is gone")
    {
        one.far.reset();
    }
    CHECK(is_readable(watch->get()));
    CHECK(watch->take() == ids{7});
    CHECK(watch->take().empty());
    two.far.reset();
    CHECK(watch->take() == ids{8});
}

TEST_CASE("a socket that was removed is watched no longer", "[hangup_watch]")
{
    auto const watch = os::hangup_watch::open();
    REQUIRE(watch.has_value());
    pair one;
    REQUIRE(watch->add(one.near.get(), 7).has_value());
    watch->remove(one.near.get());
    one.far.reset();
    CHECK(watch->take().empty());
    CHECK(watch->add(one.near.get(), 9).has_value());
    CHECK(watch->take() == ids{9}); // the end came before
}
