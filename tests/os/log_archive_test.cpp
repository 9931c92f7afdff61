#include "supervisor/os/log_archive.hpp"
#include "supervisor/os/log_file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <filesystem>
#include <fstream>

namespace {

void write(std::string const& path, std::string const& text)
{
    std::ofstream(path) << text;
}

} // namespace

TEST_CASE("the files of a log are listed from the newest on, and links are not", "[log_archive]")
{
    tests::temp_dir dir;
    write(dir / "web.1.log", "newest");
    write(dir / "web.1.log.1", "older");
    write(dir / "web.1.log.3", "not in the row");
    write(dir / "other.log", "x");
    std::filesystem::create_symlink(dir / "other.log", dir / "link.1.log");
    auto const archive = os::open_log_archive(dir.path());
    REQUIRE(archive.has_value());
    CHECK(archive->names.size() == 4);
    auto const parts = os::list_log(archive->directory.get(), "web.1.log");
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].size == 6);
    CHECK(parts[1].size == 5);
    CHECK(os::list_log(archive->directory.get(), "link.1.log").empty());
    CHECK(os::list_log(archive->directory.get(), "none.log").empty());
    CHECK_FALSE(os::open_log_archive(dir / "none").has_value());
}

TEST_CASE("a file is read under the name that it has after a rotation", "[log_archive]")
{
    tests::temp_dir dir;
    write(dir / "web.1.log", "0123456789");
    auto const archive = os::open_log_archive(dir.path());
    REQUIRE(archive.has_value());
    int const directory = archive->directory.get();
    auto const inode = os::list_log(directory, "web.1.log").at(0).inode;
    CHECK(os::read_log(directory, "web.1.log", inode, 2, 3).value() == "234");
    REQUIRE_FALSE(os::rotate_log_file(directory, "web.1.log", 5));
    CHECK(os::read_log(directory, "web.1.log", inode, 2, 3).value() == "234");
    write(dir / "web.1.log", "new");
    CHECK(os::read_log(directory, "web.1.log", inode, 8, 100).value() == "89");
    CHECK(os::read_log(directory, "web.1.log", inode, 10, 100).value().empty());
    std::filesystem::remove(dir / "web.1.log.1");
    CHECK_FALSE(os::read_log(directory, "web.1.log", inode, 0, 1).has_value());
}
