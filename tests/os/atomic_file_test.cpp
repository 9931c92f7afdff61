#include "supervisor/os/atomic_file.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace {

os::unique_fd open_dir(tests::temp_dir const& dir)
{
    return os::unique_fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

} // namespace

TEST_CASE("a file is set aside under a name that is free", "[atomic_file]")
{
    tests::temp_dir const dir;
    os::unique_fd const fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (auto const* wanted : {"s.bad-1", "s.bad-2"}) {
        REQUIRE(os::write_file_atomically(fd.get(), "s", wanted));
        auto const moved = os::set_aside(fd.get(), "s");
        REQUIRE(moved);
        CHECK(*moved == wanted);
        CHECK(*os::read_small_file(fd.get(), wanted, 100) == wanted);
        CHECK(os::read_small_file(fd.get(), "s", 100).error() == os::error_of(ENOENT));
    }
    CHECK(os::set_aside(fd.get(), "s").error() == os::error_of(ENOENT));
}

TEST_CASE("a file that is to be gone is gone, also when it was never there", "[atomic_file]")
{
    tests::temp_dir const dir;
    os::unique_fd const fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(os::write_file_atomically(fd.get(), "s", "x"));
    CHECK(os::remove_file(fd.get(), "s"));
    CHECK(os::read_small_file(fd.get(), "s", 100).error() == os::error_of(ENOENT));
    CHECK(os::remove_file(fd.get(), "s"));
}

TEST_CASE("a file is replaced whole and leaves nothing beside it", "[atomic_file]")
{
    tests::temp_dir dir;
    auto const fd = open_dir(dir);
    std::string const big(200'000, 'x');
    for (std::string const& text : {std::string("one"), big, std::string()}) {
        REQUIRE(os::write_file_atomically(fd.get(), "state.json", text).has_value());
        CHECK(os::read_small_file(fd.get(), "state.json", 1 << 20).value() == text);
    }
    struct stat about {};
    REQUIRE(::stat((dir / "state.json").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK_FALSE(std::filesystem::exists(dir / "state.json.new"));
}

TEST_CASE("a left-over of a crash is in nobody's way", "[atomic_file]")
{
    tests::temp_dir dir;
    auto const fd = open_dir(dir);
    std::ofstream(dir / "victim") << "precious";
    std::filesystem::create_symlink("victim", dir / "state.json.new");
    REQUIRE(os::write_file_atomically(fd.get(), "state.json", "new").has_value());
    CHECK(os::read_small_file(fd.get(), "state.json", 100).value() == "new");
    CHECK(os::read_small_file(fd.get(), "victim", 100).value() == "precious");
}

TEST_CASE("an error leaves the old file as it was", "[atomic_file]")
{
    tests::temp_dir dir;
    auto const fd = open_dir(dir);
    std::filesystem::create_directory(dir / "taken");
    CHECK_FALSE(os::write_file_atomically(fd.get(), "taken", "x").has_value());
    CHECK_FALSE(std::filesystem::exists(dir / "taken.new"));
    CHECK_FALSE(os::write_file_atomically(fd.get(), "none/x", "x").has_value());
}

TEST_CASE("only a regular file within the limit is read", "[atomic_file]")
{
    tests::temp_dir dir;
    auto const fd = open_dir(dir);
    CHECK(os::read_small_file(fd.get(), "none", 10).error().value() == ENOENT);
    std::ofstream(dir / "big") << "0123456789A";
    CHECK(os::read_small_file(fd.get(), "big", 10).error().value() == EFBIG);
    std::filesystem::create_symlink("big", dir / "link");
    CHECK(os::read_small_file(fd.get(), "link", 100).error().value() == ELOOP);
    REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
    CHECK_FALSE(os::read_small_file(fd.get(), "pipe", 100).has_value());
}
