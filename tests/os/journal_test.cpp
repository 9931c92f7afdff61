#include "supervisor/os/journal.hpp"
#include "tests/fixtures/catch.hpp"

#include <sys/stat.h>
#include <unistd.h>

TEST_CASE("only the stream that JOURNAL_STREAM names is the journal", "[journal]")
{
    int fds[2];
    REQUIRE(::pipe(fds) == 0);
    struct stat seen {};
    REQUIRE(::fstat(fds[1], &seen) == 0);
    auto const device = std::to_string(seen.st_dev), inode = std::to_string(seen.st_ino);
    CHECK(os::is_journal(fds[1], device + ':' + inode));
    CHECK(!os::is_journal(fds[1], std::nullopt));
    CHECK(!os::is_journal(fds[1], ""));
    CHECK(!os::is_journal(fds[1], device + ':' + inode + '0'));
    CHECK(!os::is_journal(fds[1], inode + ':' + device));
    int other[2];
    REQUIRE(::pipe(other) == 0);
    CHECK(!os::is_journal(other[1], device + ':' + inode));
    for (int const fd : {fds[0], fds[1], other[0], other[1]})
        ::close(fd);
    CHECK(!os::is_journal(-1, device + ':' + inode));
}
