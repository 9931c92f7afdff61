#include "supervisor/os/state_dir.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {

std::string text_of(std::string const& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(std::string const& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777 : 0;
}

} // namespace

TEST_CASE("the state directory is made private and ignored by git", "[state_dir]")
{
    tests::temp_dir root;
    mode_t const before = ::umask(GENERATE(mode_t{0}, mode_t{022}, mode_t{0177}));
    auto const made = os::state_dir::open_in(root.path());
    ::umask(before);

    REQUIRE(made.has_value());
    CHECK(made->path() == root / ".procd");
    CHECK(mode_of(root / ".procd") == 0700);
    CHECK(os::state_dir::open_in(root.path()).has_value());
}

TEST_CASE("the state directory tells git to leave it alone", "[state_dir]")
{
    tests::temp_dir root;
    REQUIRE(os::state_dir::open_in(root.path()).has_value());
    CHECK(text_of(root / ".procd/.gitignore") == "*\n");

    std::ofstream(root / ".procd/.gitignore") << "mine\n";
    REQUIRE(os::state_dir::open_in(root.path()).has_value());
    CHECK(text_of(root / ".procd/.gitignore") == "mine\n");
}

TEST_CASE("a planted state directory is refused with what to do", "[state_dir]")
{
    tests::temp_dir root;
    std::string const planted = root / ".procd";

    SECTION("one with the mode a clone has")
    {
        fs::create_directory(planted);
        ::chmod(planted.c_str(), 0755);
        auto const refused = os::state_dir::open_in(root.path());
        REQUIRE_FALSE(refused.has_value());
        CHECK_THAT(refused.error().message, Contains("has mode 0755 where procd's own has 0700"));
        CHECK_THAT(refused.error().message, Contains("rm -r " + planted));
        CHECK(mode_of(planted) == 0755);
        CHECK_FALSE(fs::exists(planted + "/.gitignore"));
    }
    SECTION("a link to a good one")
    {
        fs::create_directory(root / "elsewhere");
        ::chmod((root / "elsewhere").c_str(), 0700);
        fs::create_symlink("elsewhere", planted);
        auto const refused = os::state_dir::open_in(root.path());
        REQUIRE_FALSE(refused.has_value());
        CHECK_THAT(refused.error().message, Contains("is a link or no directory"));
        CHECK(fs::is_empty(root / "elsewhere"));
    }
    SECTION("a dangling link")
    {
        fs::create_symlink("elsewhere", planted);
        CHECK_FALSE(os::state_dir::open_in(root.path()).has_value());
        CHECK_FALSE(fs::exists(root / "elsewhere"));
    }
    SECTION("a file")
    {
        std::ofstream(planted) << "x";
        CHECK_FALSE(os::state_dir::open_in(root.path()).has_value());
    }
    SECTION("another user's")
    {
        if (::geteuid() != 0) {
            SKIPPED("needs root to make another user's directory");
            return;
        }
        fs::create_directory(planted);
        ::chmod(planted.c_str(), 0700);
        REQUIRE(::chown(planted.c_str(), 65534, 65534) == 0);
        auto const refused = os::state_dir::open_in(root.path());
        REQUIRE_FALSE(refused.has_value());
        CHECK_THAT(refused.error().message, Contains("belongs to another user (uid 65534)"));
    }
}

TEST_CASE("a directory the service manager made is tightened", "[state_dir]")
{
    tests::temp_dir root;
    fs::create_directory(root / "given");
    ::chmod((root / "given").c_str(), 0755);
    fs::create_symlink("given", root / "link");
    REQUIRE(os::state_dir::open_given(root / "link").has_value());
    CHECK(mode_of(root / "given") == 0700);
    CHECK_FALSE(os::state_dir::open_given(root / "none").has_value());
}

TEST_CASE("the second to lock is told who was first", "[state_dir]")
{
    tests::temp_dir root;
    auto first = os::state_dir::open_in(root.path());
    auto second = os::state_dir::open_in(root.path());
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());

    REQUIRE(first->lock().has_value());
    CHECK(text_of(root / ".procd/lock") == std::to_string(::getpid()) + "\n");
    auto const refused = second->lock();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().locked);
    CHECK(refused.error().holder == ::getpid());
    CHECK_THAT(refused.error().message, Contains("pid " + std::to_string(::getpid())));

    first = os::state_dir::open_in(root.path()); // the assignment releases the first lock
    CHECK(second->lock().has_value());
}

TEST_CASE("a lock that is a planted link is not followed", "[state_dir]")
{
    tests::temp_dir root;
    auto dir = os::state_dir::open_in(root.path());
    REQUIRE(dir.has_value());
    std::ofstream(root / "victim") << "precious";
    fs::create_symlink("../victim", root / ".procd/lock");
    CHECK_FALSE(dir->lock().has_value());
    CHECK(text_of(root / "victim") == "precious");
}

TEST_CASE("a state directory that was removed is made again, under the same descriptor",
          "[state_dir]")
{
    tests::temp_dir root;
    auto dir = os::state_dir::open_in(root.path());
    REQUIRE(dir.has_value());
    REQUIRE(dir->lock().has_value());
    CHECK(dir->in_place());
    int const fd = dir->fd();
    auto const lost = GENERATE("all", "lock", "moved", "replaced");
    CAPTURE(lost);
    if (lost == std::string("lock"))
        fs::remove(root / ".procd/lock");
    else if (lost == std::string("moved"))
        fs::rename(root / ".procd", root / "moved");
    else
        fs::remove_all(root / ".procd");
    if (lost == std::string("replaced"))
        REQUIRE(os::state_dir::open_in(root.path()).has_value());
    CHECK_FALSE(dir->in_place());

    REQUIRE(dir->make_again().has_value());
    CHECK(dir->in_place());
    CHECK(dir->fd() == fd);
    CHECK(mode_of(root / ".procd") == 0700);
    CHECK(text_of(root / ".procd/lock") == std::to_string(::getpid()) + "\n");
    auto second = os::state_dir::open_in(root.path());
    REQUIRE(second.has_value());
    CHECK(second->lock().error().locked);
}

TEST_CASE("a planted directory is not taken in the place of one that was removed", "[state_dir]")
{
    tests::temp_dir root;
    auto dir = os::state_dir::open_in(root.path());
    REQUIRE(dir.has_value());
    REQUIRE(dir->lock().has_value());
    fs::rename(root / ".procd", root / "moved");
    SECTION("a link")
    {
        fs::create_directory_symlink("moved", root / ".procd");
    }
    SECTION("a directory that others may write in")
    {
        fs::create_directory(root / ".procd");
        ::chmod((root / ".procd").c_str(), 0777);
    }
    SECTION("a directory that another procd has locked")
    {
        auto second = os::state_dir::open_in(root.path());
        REQUIRE(second.has_value());
        REQUIRE(second->lock().has_value());
        CHECK(dir->make_again().error().locked);
    }
    SECTION("no directory, because the root is gone")
    {
        fs::remove_all(root.path());
    }
    if (fs::exists(root.path()) && fs::exists(root / ".procd/lock"))
        return; // the section of the locked one
    CHECK_FALSE(dir->make_again().has_value());
    CHECK_FALSE(dir->in_place());
}

TEST_CASE("a root that cannot be written is told from other reasons", "[state_dir]")
{
    tests::temp_dir root;
    std::ofstream(root / ".procd") << "in the way";
    CHECK_FALSE(os::state_dir::open_in(root.path()).error().root_unwritable);
    CHECK_FALSE(os::state_dir::open_in(root / "none").error().root_unwritable);
    fs::remove(root / ".procd");
    if (::geteuid() == 0) {
        SKIPPED("root may write everywhere");
        return;
    }
    ::chmod(root.path().c_str(), 0555);
    CHECK(os::state_dir::open_in(root.path()).error().root_unwritable);
    ::chmod(root.path().c_str(), 0755);
    REQUIRE(os::state_dir::open_in(root.path()).has_value());
    ::chmod((root / ".procd").c_str(), 0755); // as a container's image has it
    CHECK_FALSE(os::state_dir::open_in(root.path()).error().root_unwritable);
    ::chmod(root.path().c_str(), 0555);
    CHECK(os::state_dir::open_in(root.path()).error().root_unwritable);
    ::chmod(root.path().c_str(), 0755);
}

TEST_CASE("a state directory apart from the root is as private", "[state_dir]")
{
    tests::temp_dir base;
    auto const parent = base / "procd-1";
    auto dir = os::state_dir::open_apart(parent, "shop-1");
    REQUIRE(dir.has_value());
    CHECK(dir->path() == parent + "/shop-1");
    CHECK(mode_of(parent) == 0700);
    CHECK(mode_of(parent + "/shop-1") == 0700);
    ::chmod(parent.c_str(), 0755); // as a service manager makes it
    CHECK(os::state_dir::open_apart(parent, "shop-1").has_value());
    REQUIRE(dir->lock().has_value());
    fs::remove_all(parent);
    REQUIRE(dir->make_again().has_value());
    CHECK(dir->in_place());

    ::chmod(parent.c_str(), 0777);
    CHECK_THAT(os::state_dir::open_apart(parent, "shop-1").error().message,
               Contains(parent + " has mode 0777"));
    fs::remove_all(parent);
    fs::create_directory_symlink(".", parent);
    CHECK_THAT(os::state_dir::open_apart(parent, "shop-1").error().message,
               Contains("is a link or no directory"));
    CHECK_FALSE(fs::exists(base / "shop-1"));
}
