#include "supervisor/os/standard_streams.hpp"
#include "tests/fixtures/catch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Closes the descriptors of the bits, in a child. Returns how many of the three are wrong then.
int wrong_after_closing(unsigned closed)
{
    int const child = ::fork();
    if (child == 0) {
        struct stat before[3];
        for (int fd = 0; fd < 3; ++fd)
            ::fstat(fd, &before[fd]);
        for (int fd = 0; fd < 3; ++fd)
            if ((closed >> fd & 1) != 0)
                ::close(fd);
        os::open_standard_streams();
        int wrong = 0;
        for (int fd = 0; fd < 3; ++fd) {
            struct stat now {};
            bool const open = ::fstat(fd, &now) == 0;
            bool const null = S_ISCHR(now.st_mode) && now.st_rdev == ::makedev(1, 3);
            bool const kept = now.st_ino == before[fd].st_ino && now.st_dev == before[fd].st_dev;
            bool const inherited = (::fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
            wrong += !open || !inherited || ((closed >> fd & 1) != 0 ? !null : !kept);
        }
        ::_exit(wrong);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("each closed stream becomes /dev/null, and an open one stays", "[standard_streams]")
{
    for (unsigned closed = 0; closed < 8; ++closed) {
        CAPTURE(closed);
        CHECK(wrong_after_closing(closed) == 0);
    }
}
