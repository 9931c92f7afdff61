#include "supervisor/os/fd_reserve.hpp"
#include "tests/fixtures/catch.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

// Uses up every descriptor under a low limit. The destructor gives all of them back.
class exhausted {
public:
    exhausted()
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit low = before_;
        low.rlim_cur = 64;
        ::setrlimit(RLIMIT_NOFILE, &low);
        take_all();
    }
    ~exhausted()
    {
        taken_.clear();
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    void take_all()
    {
        for (;;) {
            os::unique_fd fd(::open("/", O_PATH | O_CLOEXEC));
            if (!fd)
                return;
            taken_.push_back(std::move(fd));
        }
    }
    void give_one() { taken_.pop_back(); }

private:
    rlimit before_{};
    std::vector<os::unique_fd> taken_;
};

} // namespace

TEST_CASE("a descriptor kept back can be used when all others are gone", "[fd_reserve]")
{
    os::fd_reserve reserve(2);
    REQUIRE(reserve.held() == 2);
    exhausted others;

    REQUIRE_FALSE(os::unique_fd(::open("/", O_PATH | O_CLOEXEC)));
    REQUIRE(reserve.release_one());
    {
        os::unique_fd const used(::open("/", O_PATH | O_CLOEXEC));
        CHECK(used);
        reserve.refill();
        CHECK(reserve.held() == 1);
    }
    reserve.refill();
    CHECK(reserve.held() == 2);
}

TEST_CASE("a reserve gives no more than it has and takes no more than there is", "[fd_reserve]")
{
    os::fd_reserve reserve(1);
    CHECK(reserve.release_one());
    CHECK_FALSE(reserve.release_one());
    exhausted others;
    reserve.refill();
    CHECK(reserve.held() == 0);
    others.give_one();
    reserve.refill();
    CHECK(reserve.held() == 1);
}
