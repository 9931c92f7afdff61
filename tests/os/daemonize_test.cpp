#include "supervisor/os/daemonize.hpp"
#include "supervisor/os/file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/os/children.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

os::unique_fd directory(std::string const& path)
{
    return os::unique_fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

} // namespace

TEST_CASE("a daemon has a session of its own and writes to its log", "[daemonize]")
{
    test::clean_up const clean;
    tests::temp_dir const dir;
    auto const at = directory(dir.path());
    auto side = os::background::start(at.get(), "procd.log");
    REQUIRE(side);
    if (!side->is_parent()) {
        bool const alone = ::getsid(0) == ::getpid();
        std::string const line = alone ? "alone\n" : "not alone\n";
        bool const wrote = ::write(1, line.data(), line.size()) > 0;
        side->ready();
        ::_exit(wrote && ::write(2, "err\n", 4) == 4 ? 0 : 1);
    }
    CHECK(side->wait_ready());
    CHECK(test::end_of(side->child()) == core::exit_status{core::exited{0}});
    CHECK(os::read_file(dir / "procd.log").value() == "alone\nerr\n");
    struct stat seen {};
    REQUIRE(::stat((dir / "procd.log").c_str(), &seen) == 0);
    CHECK((seen.st_mode & 0777) == 0600);
}

TEST_CASE("a daemon's log is made again where its directory is now", "[daemonize]")
{
    test::clean_up const clean;
    tests::temp_dir const dir, next;
    auto const at = directory(dir.path()), now = directory(next.path());
    auto side = os::background::start(at.get(), "procd.log");
    REQUIRE(side);
    if (!side->is_parent()) {
        side->ready();
        bool const again = !side->reopen_log(now.get());
        ::_exit(again && ::write(1, "out\n", 4) == 4 && ::write(2, "err\n", 4) == 4 ? 0 : 1);
    }
    CHECK(side->wait_ready());
    CHECK(test::end_of(side->child()) == core::exit_status{core::exited{0}});
    CHECK(os::read_file(dir / "procd.log").value().empty());
    CHECK(os::read_file(next / "procd.log").value() == "out\nerr\n");
}

TEST_CASE("a daemon that ends before it is ready is noticed", "[daemonize]")
{
    test::clean_up const clean;
    tests::temp_dir const dir;
    auto const at = directory(dir.path());
    auto side = os::background::start(at.get(), "procd.log");
    REQUIRE(side);
    if (!side->is_parent())
        ::_exit(3);
    CHECK(!side->wait_ready());
    CHECK(test::end_of(side->child()) == core::exit_status{core::exited{3}});
}

TEST_CASE("a planted link is not followed to the log", "[daemonize]")
{
    test::clean_up const clean;
    tests::temp_dir const dir;
    REQUIRE(::symlink("/tmp", (dir / "procd.log").c_str()) == 0);
    auto const at = directory(dir.path());
    auto const side = os::background::start(at.get(), "procd.log");
    REQUIRE(!side);
    CHECK(side.error() == os::error_of(ELOOP));
    CHECK(test::clean_up::nothing_left());
}
