#include "supervisor/os/trusted_directory.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

bool is_root()
{
    if (::geteuid() == 0)
        return true;
    SKIPPED("needs root, whose directories these are");
    return false;
}

mode_t mode_of(std::string const& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777 : 0;
}

} // namespace

TEST_CASE("a directory in which root alone may write is opened, or made", "[trusted_directory]")
{
    if (!is_root())
        return;
    tests::temp_dir dir;
    for (auto const* name : {"log", "log/", "log"}) {
        auto const opened = os::open_trusted(dir / name);
        CAPTURE(opened.writable, opened.failure);
        REQUIRE(opened.fd);
        CHECK(fs::exists(dir / "log"));
    }
    CHECK(mode_of(dir / "log") == 0700);
    ::chmod((dir / "log").c_str(), 0755);
    CHECK(os::open_trusted(dir / "log").fd);
    CHECK(os::open_trusted(dir / "a/b").failure == os::error_of(ENOENT));
    fs::create_symlink("log", dir / "link"); // of root's, in root's
    CHECK(os::open_trusted(dir / "link").fd);
}

TEST_CASE("a directory in which others may write is refused, and named", "[trusted_directory]")
{
    if (!is_root())
        return;
    tests::temp_dir dir;
    auto const log = dir / "log", up = dir.path();
    fs::create_directory(log);
    std::string writable;
    SECTION("another user's")
    {
        REQUIRE(::chown(log.c_str(), 65534, 65534) == 0);
        writable = log;
    }
    SECTION("everybody's")
    {
        ::chmod(log.c_str(), 0777);
        writable = log;
    }
    SECTION("everybody's, even if nobody may rename what is in it")
    {
        ::chmod(log.c_str(), 01777);
        writable = log;
    }
    SECTION("a group's")
    {
        REQUIRE(::chown(log.c_str(), 0, 65534) == 0);
        ::chmod(log.c_str(), 0770);
        writable = log;
    }
    SECTION("one in another user's directory, who may put a link there")
    {
        REQUIRE(::chown(up.c_str(), 65534, 65534) == 0);
        writable = up;
    }
    SECTION("one that does not exist, in another user's directory")
    {
        fs::remove(log);
        REQUIRE(::chown(up.c_str(), 65534, 65534) == 0);
        writable = up;
    }
    auto const refused = os::open_trusted(log);
    CHECK_FALSE(refused.fd);
    CHECK(refused.failure == os::error_of(EPERM));
    CHECK(refused.writable == writable);
    CHECK((fs::exists(log) || writable == up));
}
