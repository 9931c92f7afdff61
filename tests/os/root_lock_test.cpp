#include "supervisor/os/root_lock.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using lock = core::root_claim::lock;

TEST_CASE("the second to lock a root sees who was first", "[root_lock]")
{
    tests::temp_dir root;
    auto first = os::lock_root(root.path());
    if (first.seen.state == lock::impossible) {
        SKIPPED("this file system has no locks of directories: " << first.seen.failure);
        return;
    }
    REQUIRE(first.seen.state == lock::taken);
    auto const second = os::lock_root(root.path());
    CHECK(second.seen.state == lock::busy);
    CHECK_FALSE(second.held);
    CHECK(second.seen.holder.pid == ::getpid());
    CHECK(second.seen.holder.uid == ::geteuid());
    CHECK(second.seen.holder.command == second.seen.own_command);
    CHECK(second.seen.own_uid == ::geteuid());

    first.held.reset();
    CHECK(os::lock_root(root.path()).seen.state == lock::taken);
}

TEST_CASE("a lock belongs to the directory, not to its name", "[root_lock]")
{
    tests::temp_dir dir;
    std::filesystem::create_directory(dir / "app");
    auto const first = os::lock_root(dir / "app");
    REQUIRE(first.held);
    CHECK(first.still_at(dir / "app"));
    std::filesystem::rename(dir / "app", dir / "moved");
    CHECK_FALSE(first.still_at(dir / "app"));
    CHECK(os::lock_root(dir / "moved").seen.state == lock::busy);
    std::filesystem::create_directory(dir / "app");
    CHECK_FALSE(first.still_at(dir / "app"));
    CHECK(os::lock_root(dir / "app").seen.state == lock::taken);
}

TEST_CASE("a root that cannot be opened gives the reason", "[root_lock]")
{
    tests::temp_dir dir;
    auto const none = os::lock_root(dir / "none");
    CHECK(none.seen.state == lock::impossible);
    CHECK(none.seen.failure == "No such file or directory");
    CHECK(none.seen.root == dir / "none");
    CHECK_FALSE(none.still_at(dir / "none"));
}

TEST_CASE("the holder of a lock is read from the kernel's list", "[root_lock]")
{
    auto const* const text = "1: POSIX  ADVISORY  WRITE 11 08:01:77 0 EOF\n"
                             "2: FLOCK  ADVISORY  WRITE 12 08:01:78 0 EOF\n"
                             "3: FLOCK  ADVISORY  WRITE 0 fe:1f:77 0 EOF\n"
                             "4: FLOCK  ADVISORY  WRITE 13 fe:1f:77 0 EOF\n"
                             "4: -> FLOCK  ADVISORY  WRITE 14 08:01:77 0 EOF\n"
                             "5: FLOCK  ADVISORY  READ 15 103:1:77 0 EOF\n"
                             "6: FLOCK\n";
    CHECK(os::flock_holder(text, {8, 1, 78}) == 12);
    CHECK(os::flock_holder(text, {0xfe, 0x1f, 77}) == 13);
    CHECK(os::flock_holder(text, {0x103, 1, 77}) == 15);
    CHECK(os::flock_holder(text, {8, 1, 77}) == 0); // of POSIX, or still waiting
    CHECK(os::flock_holder(text, {8, 2, 78}) == 0);
    CHECK(os::flock_holder("", {8, 1, 78}) == 0);
}

TEST_CASE("the device of a file is that of its mount", "[root_lock]")
{
    auto const* const mounts = "29 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw\n"
                               "30 29 0:27 /@home /home rw - btrfs /dev/vdb rw\n"
                               "31 29 nonsense\n";
    auto const on = [&](std::string_view id) {
        auto const at = os::with_device_of_mount({1, 2, 3}, mounts, id);
        CHECK(at.inode == 3);
        return std::pair(at.major, at.minor);
    };
    CHECK(on("29") == std::pair(254u, 1u));
    CHECK(on("30") == std::pair(0u, 27u));
    CHECK(on("31") == std::pair(1u, 2u));
    CHECK(on("2") == std::pair(1u, 2u));
    CHECK(on("") == std::pair(1u, 2u));
}
