#include "supervisor/os/file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/os/children.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

TEST_CASE("a file is read whole, up to a limit", "[file]")
{
    tests::temp_dir const dir;
    std::string const text = std::string(70'000, 'x') + '\0' + "end";
    std::ofstream{dir / "a"} << text;
    auto const read = os::read_file(dir / "a");
    REQUIRE(read);
    CHECK(*read == text);
    CHECK(os::read_file(dir / "a", text.size()));
    auto const long_one = os::read_file(dir / "a", text.size() - 1);
    REQUIRE(!long_one);
    CHECK(long_one.error() == os::error_of(EFBIG));
}

TEST_CASE("what cannot be read says why", "[file]")
{
    tests::temp_dir const dir;
    auto const missing = os::read_file(dir / "none");
    REQUIRE(!missing);
    CHECK(missing.error() == os::error_of(ENOENT));
    auto const directory = os::read_file(dir.path());
    REQUIRE(!directory);
    CHECK(directory.error() == os::error_of(EISDIR));
}

TEST_CASE("a path exists when it names anything at all", "[file]")
{
    tests::temp_dir const dir;
    CHECK(os::exists(dir.path()));
    CHECK(os::exists("/dev/null"));
    CHECK(!os::exists(dir / "none"));
}

TEST_CASE("a real path has no links and no dots", "[file]")
{
    tests::temp_dir const dir;
    std::ofstream{dir / "a"} << "x";
    REQUIRE(::symlink("a", (dir / "link").c_str()) == 0);
    auto const real = os::real_path(dir.path() + "/./link");
    REQUIRE(real);
    CHECK(*real == std::filesystem::canonical(dir / "a").string());
    auto const none = os::real_path(dir / "none");
    REQUIRE(!none);
    CHECK(none.error() == os::error_of(ENOENT));
}

TEST_CASE("only regular files and /dev/null are read, and nothing is waited for", "[file]")
{
    using os::file_kind;
    tests::temp_dir const dir;
    std::ofstream{dir / "a"} << "x";
    REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
    REQUIRE(::symlink("fifo", (dir / "link").c_str()) == 0);
    CHECK(*os::kind_of(dir / "a") == file_kind::regular);
    CHECK(*os::kind_of(dir.path()) == file_kind::directory);
    CHECK(*os::kind_of(dir / "fifo") == file_kind::pipe);
    CHECK(*os::kind_of(dir / "link") == file_kind::pipe);
    CHECK(*os::kind_of("/dev/null") == file_kind::null_device);
    CHECK(*os::kind_of("/dev/zero") == file_kind::device);
    CHECK(os::kind_of(dir / "none").error() == os::error_of(ENOENT));
    CHECK(*os::read_file("/dev/null") == "");
    CHECK(os::read_file(dir / "fifo").error() == os::error_of(EINVAL));
    CHECK(os::read_file(dir / "link").error() == os::error_of(EINVAL));
    CHECK(os::read_file("/dev/zero").error() == os::error_of(EINVAL));
    CHECK(os::read_to_end("/dev/zero", 100).error() == os::error_of(EFBIG));
}
