#include "supervisor/os/event_loop.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

TEST_CASE("the descriptors that epoll instances watch are counted", "[event_loop]")
{
    auto const before = os::epoll_registrations();
    REQUIRE(before);
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    os::unique_fd const in(ends[0]), out(ends[1]);
    os::unique_fd const epoll(::epoll_create1(EPOLL_CLOEXEC));
    CHECK(*os::epoll_registrations() == *before);
    for (int const fd : {in.get(), out.get()}) {
        epoll_event event{EPOLLIN, {}};
        REQUIRE(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0);
    }
    CHECK(*os::epoll_registrations() == *before + 2);
}
