#include "supervisor/os/log_file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

std::string contents(std::string const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

os::unique_fd open_directory(tests::temp_dir const& dir)
{
    auto opened = os::open_log_directory({dir.path()});
    REQUIRE(opened.has_value());
    return std::move(*opened);
}

// Limits the size of this process's files, as if a disk were full at `bytes`.
class file_size_limit {
public:
    explicit file_size_limit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN))
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit const limit{bytes, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    ~file_size_limit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

} // namespace

TEST_CASE("a missing log directory is made, for us alone", "[log_file]")
{
    tests::temp_dir dir;
    REQUIRE(os::open_log_directory({dir / "log"}).has_value());
    struct stat about {};
    REQUIRE(::stat((dir / "log").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0700);
    CHECK_FALSE(os::open_log_directory({dir / "a/b"}).has_value());
}

TEST_CASE("below a checked directory no link to another place is followed", "[log_file]")
{
    tests::temp_dir dir;
    fs::create_directory(dir / "state");
    os::unique_fd const state(::open((dir / "state").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    os::log_place const place{dir / "elsewhere/log", state.get()}; // the name alone counts
    auto const made = os::open_log_directory(place);
    REQUIRE(made.has_value());
    CHECK(fs::is_directory(dir / "state/log"));

    fs::create_directory(dir / "victim");
    fs::remove(dir / "state/log");
    fs::create_directory_symlink("../victim", dir / "state/log");
    CHECK_FALSE(os::open_log_directory(place).has_value());
    CHECK(fs::is_empty(dir / "victim"));

    if (::geteuid() != 0)
        return;
    fs::remove(dir / "state/log");
    fs::create_directory(dir / "state/log");
    REQUIRE(::chown((dir / "state/log").c_str(), 65534, 65534) == 0);
    CHECK(os::open_log_directory(place).error() == os::error_of(EPERM));
}

TEST_CASE("root writes no log files where others may write", "[log_file]")
{
    if (::geteuid() != 0) {
        SKIPPED("needs root");
        return;
    }
    tests::temp_dir dir;
    fs::create_directory(dir / "log");
    CHECK(os::open_log_directory({dir / "log"}).has_value());
    REQUIRE(::chown((dir / "log").c_str(), 65534, 65534) == 0);
    CHECK(os::open_log_directory({dir / "log"}).error() == os::error_of(EPERM));
}

TEST_CASE("a log file is appended to and keeps its mode", "[log_file]")
{
    tests::temp_dir dir;
    auto const directory = open_directory(dir);
    for (std::string const& line : {std::string("one\n"), std::string("two\n")}) {
        auto file = os::open_log_file(directory.get(), "web.1.log");
        REQUIRE(file.has_value());
        CHECK_FALSE(file->mid_line);
        CHECK_FALSE(os::append_to(*file, line).failure);
    }
    CHECK(contents(dir / "web.1.log") == "one\ntwo\n");
    struct stat about {};
    REQUIRE(::stat((dir / "web.1.log").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
}

TEST_CASE("how a file ends is seen when it is opened", "[log_file]")
{
    tests::temp_dir dir;
    auto const directory = open_directory(dir);
    std::ofstream(dir / "web.1.log") << "half a li";
    auto const file = os::open_log_file(directory.get(), "web.1.log");
    REQUIRE(file.has_value());
    CHECK(file->mid_line);
    CHECK(file->size == 9);
}

TEST_CASE("links and what is no regular file are refused without waiting", "[log_file]")
{
    tests::temp_dir dir;
    auto const directory = open_directory(dir);
    std::ofstream(dir / "victim") << "precious";
    fs::create_symlink(dir / "victim", dir / "link.log");
    REQUIRE(::mkfifo((dir / "fifo.log").c_str(), 0600) == 0);
    fs::create_directory(dir / "directory.log");
    for (auto const* name : {"link.log", "fifo.log", "directory.log"})
        CHECK_FALSE(os::open_log_file(directory.get(), name).has_value());
    CHECK(contents(dir / "victim") == "precious");
}

TEST_CASE("where only a part fits, whole lines stay and the next ones follow them", "[log_file]")
{
    tests::temp_dir dir;
    auto const directory = open_directory(dir);
    auto file = os::open_log_file(directory.get(), "web.1.log");
    REQUIRE(file.has_value());
    {
        file_size_limit const full(10);
        auto const cut = os::append_to(*file, "one\ntwo\nthree\n");
        CHECK(cut.failure);
        CHECK(cut.kept == 8);
        CHECK(file->size == 8);
        CHECK_FALSE(file->mid_line);
        auto const nothing = os::append_to(*file, "four\n");
        CHECK(nothing.failure);
        CHECK(nothing.kept == 0);
    }
    CHECK_FALSE(os::append_to(*file, "five\n").failure);
    CHECK(contents(dir / "web.1.log") == "one\ntwo\nfive\n");
}

TEST_CASE("rotation moves every file one further and drops the last", "[log_file]")
{
    tests::temp_dir dir;
    auto const directory = open_directory(dir);
    for (int n = 1; n <= 4; ++n) {
        std::ofstream(dir / "web.1.log") << n;
        REQUIRE_FALSE(os::rotate_log_file(directory.get(), "web.1.log", 2));
    }
    CHECK_FALSE(fs::exists(dir / "web.1.log"));
    CHECK(contents(dir / "web.1.log.1") == "4");
    CHECK(contents(dir / "web.1.log.2") == "3");
    CHECK_FALSE(fs::exists(dir / "web.1.log.3"));

    std::ofstream(dir / "web.1.log") << 5;
    REQUIRE_FALSE(os::rotate_log_file(directory.get(), "web.1.log", 0));
    CHECK_FALSE(fs::exists(dir / "web.1.log"));
    CHECK(contents(dir / "web.1.log.1") == "4");
}

TEST_CASE("the regular files of a directory are listed with their sizes", "[log_file]")
{
    tests::temp_dir dir;
    auto const directory = open_directory(dir);
    for (auto const* name : {"web.1.log", "web.1.log.12", "notes.txt"})
        std::ofstream(dir / name) << "12345";
    fs::create_symlink(dir / "notes.txt", dir / "link.log");
    fs::create_directory(dir / "web.2.log");
    std::vector<std::string> names;
    for (auto const& f : os::list_files(directory.get())) {
        names.push_back(f.name);
        CHECK(f.size == 5);
    }
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"notes.txt", "web.1.log", "web.1.log.12"});

    CHECK_FALSE(os::remove_log_file(directory.get(), "web.1.log"));
    // removing a missing file is no error
    CHECK_FALSE(os::remove_log_file(directory.get(), "web.1.log"));
}
