#include "supervisor/os/directory.hpp"
#include "supervisor/os/file_watcher.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/still_wrong.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <poll.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

void write(std::string const& path, std::string const& text = "x")
{
    std::ofstream(path) << text;
}

// The events as "key/name". A "+" behind the name means that the entry came, went or was replaced.
class listener {
public:
    listener()
        : watcher(*os::file_watcher::make([this](auto const& key, auto const& name, bool renamed) {
              seen.insert(key + '/' + name + (renamed ? "+" : ""));
          })),
          descriptor(*watcher.descriptor())
    {
    }

    bool readable(int milliseconds) const
    {
        pollfd wait{descriptor.get(), POLLIN, 0};
        return ::poll(&wait, 1, milliseconds) == 1;
    }
    bool hears(std::string const& what)
    {
        while (!seen.contains(what) && readable(30'000))
            watcher.dispatch();
        return seen.contains(what);
    }

    std::set<std::string> seen;
    os::file_watcher watcher;
    os::unique_fd descriptor;
};

} // namespace

TEST_CASE("what happens in a watched directory makes the descriptor readable", "[file_watcher]")
{
    tests::temp_dir const dir;
    fs::create_directory(dir / "sub");
    write(dir / "a");
    listener l;
    REQUIRE(l.watcher.add("root", dir.path()));
    REQUIRE(l.watcher.add("sub", dir / "sub"));
    l.watcher.dispatch();
    CHECK_FALSE(l.readable(0));

    write(dir / "a", "other");
    CHECK(l.hears("root/a"));
    write(dir / "sub/b");
    CHECK(l.hears("sub/b+"));
    fs::rename(dir / "sub/b", dir / "a"); // editors save files in this way
    CHECK(l.hears("sub/b+"));
    CHECK(l.hears("root/a+"));
    fs::remove_all(dir / "sub");
    CHECK(l.hears("sub/+"));
    CHECK(l.hears("root/sub+"));
}

TEST_CASE("a key stands for the directory it was given last, or for none", "[file_watcher]")
{
    tests::temp_dir const dir;
    fs::create_directory(dir / "old");
    fs::create_directory(dir / "new");
    listener l;
    REQUIRE(l.watcher.add("k", dir / "old"));
    REQUIRE(l.watcher.add("k", dir / "new"));
    l.watcher.dispatch();
    write(dir / "old/x");
    write(dir / "new/y");
    CHECK(l.hears("k/y+"));
    CHECK_FALSE(l.seen.contains("k/x+"));

    l.watcher.remove("k");
    l.watcher.remove("nobody");
    REQUIRE(l.watcher.add("other", dir / "old"));
    l.watcher.dispatch();
    write(dir / "new/z");
    write(dir / "old/z");
    CHECK(l.hears("other/z+"));
    CHECK_FALSE(l.seen.contains("k/z+"));
    CHECK(l.watcher.add("gone", dir / "gone").error() == os::error_of(ENOENT));
}

TEST_CASE("a watcher leaves no descriptor behind", "[file_watcher]")
{
    tests::temp_dir const dir;
    auto const open = [] {
        return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator{});
    };
    { // libuv keeps some things for all loops of a process
        listener l;
        REQUIRE(l.watcher.add("d", dir.path()));
        l.watcher.dispatch();
    }
    auto const before = open();
    {
        listener l;
        REQUIRE(l.watcher.add("d", dir.path()));
        l.watcher.dispatch();
        auto moved = std::move(l.watcher);
        CHECK(open() > before);
    }
    CHECK(open() == before);
}

TEST_CASE("a directory is listed with the stamps that are wanted", "[directory]")
{
    tests::temp_dir const dir;
    fs::create_directory(dir / "sub");
    write(dir / "a", "12345");
    write(dir / "b");
    fs::create_symlink("a", dir / "link");
    fs::create_symlink("sub", dir / "link_to_sub");
    fs::create_symlink("nowhere", dir / "dangling");
    REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
    auto const list = [&] {
        std::map<std::string, core::directory_entry> by_name;
        auto const found =
            os::list_directory(dir.path(), [](std::string const& name) { return name != "b"; });
        REQUIRE(found.has_value());
        for (auto const& entry : *found)
            by_name[entry.name] = entry;
        return by_name;
    };
    auto before = list();
    REQUIRE(before.size() == 3);
    CHECK(before.at("sub").directory);
    CHECK(before.at("a").stamp.size == 5);
    CHECK(before.at("link").stamp == before.at("a").stamp);

    write(dir / "a", "54321x");
    CHECK(list().at("a").stamp != before.at("a").stamp);
    before = list();
    write(dir / "new", "54321x");
    fs::last_write_time(dir / "new", fs::last_write_time(dir / "a"));
    fs::rename(dir / "new", dir / "a"); // the new file has the same size and time
    CHECK(list().at("a").stamp != before.at("a").stamp);
    CHECK(os::list_directory(dir / "a", nullptr).error() == os::error_of(ENOTDIR));
    CHECK(os::list_directory(dir / "gone", nullptr).error() == os::error_of(ENOENT));
}

TEST_CASE("an overflow of the kernel's queue is told to every watch", "[file_watcher][fault]")
{
    long room = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> room;
    if (room <= 0 || room > 100'000) {
        SKIPPED("the kernel's queue has room for " << room << " events");
        return;
    }
    tests::temp_dir const dir;
    fs::create_directory(dir / "busy");
    fs::create_directory(dir / "quiet");
    listener l;
    REQUIRE(l.watcher.add("busy", dir / "busy"));
    REQUIRE(l.watcher.add("quiet", dir / "quiet"));
    l.watcher.dispatch();
    for (long i = 0; i <= room; i += 2) { // made and removed: two events at least
        write(dir / "busy/file");
        fs::remove(dir / "busy/file");
    }
    write(dir / "quiet/lost");
    for (long i = 0; i <= room && l.readable(0); ++i)
        l.watcher.dispatch();
    REQUIRE(l.seen.contains("busy/file+"));
    STILL_WRONG(l.seen.contains("quiet/") || l.seen.contains("quiet/lost+"));
}
