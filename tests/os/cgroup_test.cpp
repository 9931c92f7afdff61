#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/cgroup_mount.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/os/children.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

namespace {

std::string const own_name = "cgroup-test-" + std::to_string(::getpid());

std::optional<os::cgroup_tree> make_tree()
{
    auto tree = os::cgroup_tree::make(own_name);
    if (tree)
        return std::move(*tree);
    SKIPPED("no cgroup2 to write to: " << tree.error().message());
    return std::nullopt;
}

// Releases the locks that this process has on the directory, as the kernel does for a dead one.
void release_locks_on(std::string const& path)
{
    for (auto const& fd : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code closed; // the descriptor of the iteration itself
        if (std::filesystem::read_symlink(fd.path(), closed) == path)
            ::flock(std::stoi(fd.path().filename().string()), LOCK_UN);
    }
}

os::child launch_in(os::cgroup_leaf const& leaf, std::vector<std::string> arguments)
{
    auto request = test::puppet(std::move(arguments));
    auto const directory = leaf.open();
    REQUIRE(directory);
    request.cgroup_fd = directory->get();
    auto child = os::launch(request);
    REQUIRE(child);
    CHECK(child->in_cgroup);
    return std::move(*child);
}

} // namespace

TEST_CASE("a process is born in its leaf, and so is what it forks", "[cgroup]")
{
    test::clean_up const clean;
    auto tree = make_tree();
    if (!tree)
        return;
    auto leaf = os::cgroup_leaf::make(*tree, "web.1");
    REQUIRE(leaf);
    CHECK(leaf->empty());
    CHECK(leaf->members().empty());
    auto const child = launch_in(*leaf, {"fork", "daemon", "sleep"});
    test::read_until(child.output.get(), "ready");
    CHECK(!leaf->empty());
    CHECK(leaf->members().size() == 3);
    CHECK(!leaf->remove());
    CHECK(!leaf->remove_if_empty());
    CHECK(*leaf);

    CHECK(!leaf->kill());
    CHECK(test::eventually([&] { return leaf->empty(); }));
    CHECK(test::end_of(child.pid) == core::exit_status{core::signaled{SIGKILL}});
    CHECK(leaf->remove());
    CHECK(!*leaf);
    CHECK(test::eventually(test::clean_up::nothing_left));
}

TEST_CASE("a leaf with nothing but the dead in it can be removed", "[cgroup]")
{
    test::clean_up const clean;
    auto tree = make_tree();
    if (!tree)
        return;
    auto leaf = os::cgroup_leaf::make(*tree, "dead");
    REQUIRE(leaf);
    auto const child = launch_in(*leaf, {"sleep"});
    os::send_signal(child.pid, SIGKILL);
    CHECK(test::eventually([&] { return os::peek_ended_child(child.pid).has_value(); }));
    // a zombie does not count as a member
    CHECK(test::eventually([&] { return leaf->remove_if_empty(); }));
    CHECK(!*leaf);
    CHECK(leaf->remove_if_empty());
    CHECK(test::end_of(child.pid) == core::exit_status{core::signaled{SIGKILL}});
}

TEST_CASE("CPU time of a leaf counts the dead", "[cgroup]")
{
    test::clean_up const clean;
    auto tree = make_tree();
    if (!tree)
        return;
    auto const leaf = os::cgroup_leaf::make(*tree, "burner");
    REQUIRE(leaf);
    auto const child = launch_in(*leaf, {"burn", "50"});
    test::end_of(child.pid);
    CHECK(leaf->cpu_microseconds() >= 45'000);
    CHECK(leaf->oom_kills() == 0);
}

TEST_CASE("an empty leaf is taken over, an occupied one is not", "[cgroup]")
{
    test::clean_up const clean;
    auto tree = make_tree();
    if (!tree)
        return;
    auto const leaf = os::cgroup_leaf::make(*tree, "web.1");
    REQUIRE(leaf);
    CHECK(os::cgroup_leaf::make(*tree, "web.1"));
    auto const child = launch_in(*leaf, {"sleep"});
    auto const second = os::cgroup_leaf::make(*tree, "web.1");
    REQUIRE(!second);
    CHECK(second.error() == os::error_of(EBUSY));
    leaf->kill();
    test::end_of(child.pid);
}

TEST_CASE("a tree left by a dead procd is emptied and made anew", "[cgroup]")
{
    test::clean_up const clean;
    auto old = make_tree();
    if (!old)
        return;
    auto const leaf = os::cgroup_leaf::make(*old, "web.1");
    REQUIRE(leaf);
    auto const child = launch_in(*leaf, {"ignore-term", "sleep"});
    test::read_until(child.output.get(), "ready");
    release_locks_on(old->path());
    auto const again = os::cgroup_tree::make(own_name);
    REQUIRE(again);
    CHECK(again->path() == old->path());
    CHECK(test::end_of(child.pid) == core::exit_status{core::signaled{SIGKILL}});
    CHECK(!std::filesystem::exists(leaf->path()));
}

TEST_CASE("a tree of a living procd is left alone, and another name is taken", "[cgroup]")
{
    test::clean_up const clean;
    auto first = make_tree();
    if (!first)
        return;
    auto const leaf = os::cgroup_leaf::make(*first, "web.1");
    REQUIRE(leaf);
    auto const child = launch_in(*leaf, {"sleep"});
    {
        auto second = os::cgroup_tree::make(own_name);
        auto const third = os::cgroup_tree::make(own_name);
        REQUIRE(second);
        REQUIRE(third);
        CHECK(second->path() == first->path() + ".2");
        CHECK(third->path() == first->path() + ".3");
        CHECK(os::cgroup_leaf::make(*second, "web.1"));
    }
    CHECK(leaf->members() == std::vector<int>{child.pid});
    CHECK(!std::filesystem::exists(first->path() + ".2"));
    leaf->kill();
    test::end_of(child.pid);
}

TEST_CASE("a tree that somebody has removed is made again for the next leaf", "[cgroup]")
{
    test::clean_up const clean;
    auto tree = make_tree();
    if (!tree)
        return;
    auto leaf = os::cgroup_leaf::make(*tree, "web.1");
    REQUIRE(leaf);
    REQUIRE(os::remove_cgroup(tree->path()));
    bool const by_another = GENERATE(false, true);
    CAPTURE(by_another);
    if (by_another)
        REQUIRE(std::filesystem::create_directory(tree->path()));
    auto next = os::cgroup_leaf::make(*tree, "web.2");
    REQUIRE(next);
    CHECK(std::filesystem::exists(tree->path() + "/web.2"));
    CHECK(next->open());
    CHECK(leaf->remove_if_empty()); // the leaf does not exist any more, which is good enough
    CHECK(next->remove_if_empty());
    CHECK(!std::filesystem::exists(tree->path() + "/web.2"));
}

TEST_CASE("a tree removes itself at its end", "[cgroup]")
{
    test::clean_up const clean;
    std::string path;
    {
        auto tree = make_tree();
        if (!tree)
            return;
        path = tree->path();
        CHECK(std::filesystem::exists(path));
        CHECK(os::cgroup_leaf::make(*tree, "web.1"));
        os::cgroup_tree const moved = std::move(*tree);
        CHECK(moved.path() == path);
    }
    CHECK(!std::filesystem::exists(path));
}

TEST_CASE("a launch with a descriptor that is no leaf goes on without", "[cgroup]")
{
    test::clean_up const clean;
    auto request = test::puppet({"echo", "here"});
    os::unique_fd const zero{::open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC)};
    request.cgroup_fd = zero.get();
    auto const child = os::launch(request);
    REQUIRE(child);
    CHECK(!child->in_cgroup);
    CHECK(test::read_all(child->output.get()) == "here\n");
    test::end_of(child->pid);
}

TEST_CASE("a process's own cgroup directory is found in any layout", "[cgroup]")
{
    using os::own_cgroup_directory;
    std::string const unified = "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 "
                                "rw,nsdelegate\n";
    CHECK(own_cgroup_directory(unified, "0::/user.slice/a.scope\n") ==
          "/sys/fs/cgroup/user.slice/a.scope");
    CHECK(own_cgroup_directory(unified, "0::/\n") == "/sys/fs/cgroup");
    // On a hybrid host, mounts and lines of version 1 come first.
    CHECK(own_cgroup_directory("31 30 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                               "32 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n",
                               "4:cpu:/x\n0::/y\n") == "/sys/fs/cgroup/unified/y");
    // A container has a bind mount of its own part. Another mount shows another part.
    CHECK(own_cgroup_directory("33 30 0:28 /pod /cg rw - cgroup2 none rw\n", "0::/pod/a\n") ==
          "/cg/a");
    CHECK(own_cgroup_directory("33 30 0:28 /pod /cg rw - cgroup2 none rw\n", "0::/podx/a\n") == "");
    CHECK(own_cgroup_directory("33 30 0:28 / /a\\040b rw - cgroup2 none rw\n", "0::/c\n") ==
          "/a b/c");
    CHECK(own_cgroup_directory(unified, "4:cpu:/x\n") == "");
    CHECK(own_cgroup_directory("", "0::/\n") == "");
    CHECK(own_cgroup_directory("nonsense\n", "0::/\n") == "");
}

TEST_CASE("limits are written where a directory has the files for them", "[cgroup]")
{
    tests::temp_dir const stand_in; // a directory with the files of a leaf with controllers
    auto const text = [&](char const* name) {
        std::ifstream file(stand_in / name);
        return std::string{std::istreambuf_iterator<char>(file), {}};
    };
    for (auto const* name : {"cpu.max", "memory.max"})
        std::ofstream(stand_in / name) << "";
    CHECK(os::limit_cgroup(stand_in.path(), {1.5, 64u << 20}));
    CHECK(text("cpu.max") == "150000 100000");
    CHECK(text("memory.max") == "67108864");
    CHECK(os::limit_cgroup(stand_in.path(), {}));
    tests::temp_dir const none; // a leaf without controllers
    CHECK(os::limit_cgroup(none.path(), {}));
    CHECK(os::limit_cgroup(none.path(), {1.0, std::nullopt}).error() == os::error_of(ENOENT));
    CHECK(os::limit_cgroup(none.path(), {std::nullopt, 1}).error() == os::error_of(ENOENT));
    tests::temp_dir const half; // a leaf with one of the two controllers
    std::ofstream(half / "memory.max") << "";
    CHECK(os::limit_cgroup(half.path(), {1.0, 4096}).error() == os::error_of(ENOENT));
    std::ifstream file(half / "memory.max");
    CHECK(std::string{std::istreambuf_iterator<char>(file), {}} == "4096");
}

TEST_CASE("the controllers that are wanted are found among those there are", "[cgroup]")
{
    using os::wanted_controllers;
    CHECK(wanted_controllers("cpuset cpu io memory hugetlb pids rdma misc\n") == "+cpu +memory");
    CHECK(wanted_controllers("cpu memory") == "+cpu +memory");
    CHECK(wanted_controllers("memory\n") == "+memory");
    CHECK(wanted_controllers("cpuset pids\n").empty());
    CHECK(wanted_controllers("\n").empty());
    CHECK(wanted_controllers("").empty());
}
