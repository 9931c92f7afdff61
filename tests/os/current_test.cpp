#include "supervisor/os/current.hpp"
#include "supervisor/os/sanitizer.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/os/children.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace {

struct says_when_freed {
    ~says_when_freed() { std::fputs("freed ", stdout); }
};

} // namespace

TEST_CASE("an end without cleanup has its code, writes what stdio holds, and frees nothing",
          "[current]")
{
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    os::unique_fd const ours{ends[0]};
    os::unique_fd theirs{ends[1]};
    std::fflush(nullptr); // the child must not write the parent's buffered text again
    pid_t const pid = ::fork();
    if (pid == 0) {
        ::dup2(theirs.get(), STDOUT_FILENO);
        {
            says_when_freed const here;
            std::fputs("held ", stdout); // stdout is a pipe, so nothing is written before the flush
            os::end_without_cleanup(7);
        }
        std::fflush(stdout);
        ::_exit(8);
    }
    theirs.reset();
    auto const said = test::read_all(ours.get());
    auto const status = test::end_of(pid);
#ifdef OS_SANITIZED
    CHECK(said == "held freed ");
    CHECK(status == core::exit_status{core::exited{8}});
#else
    CHECK(said == "held ");
    CHECK(status == core::exit_status{core::exited{7}});
#endif
}
