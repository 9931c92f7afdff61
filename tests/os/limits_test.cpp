#include "supervisor/os/limits.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <sys/resource.h>

TEST_CASE("the soft limit of descriptors is raised to the hard one and the old is given back",
          "[limits]")
{
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit const low{before.rlim_max / 2, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    auto const original = os::raise_nofile();
    rlimit raised{};
    ::getrlimit(RLIMIT_NOFILE, &raised);
    auto const again = os::raise_nofile();
    ::setrlimit(RLIMIT_NOFILE, &before);
    REQUIRE(original);
    CHECK(*original == os::nofile_limits{low.rlim_cur, low.rlim_max});
    CHECK(raised.rlim_cur == before.rlim_max);
    REQUIRE(again);
    CHECK(again->first == before.rlim_max);
}
