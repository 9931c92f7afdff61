// Against the real kernel; where there is no cgroup2 to write to, or one processor, nothing is
// tested, which is said.
#include "supervisor/os/cgroup_sweeper.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <signal.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

struct bench_of_leaves {
    std::optional<os::cgroup_tree> tree;
    std::unique_ptr<os::cgroup_sweeper> sweeper;

    explicit bench_of_leaves(std::size_t most)
    {
        auto made = os::cgroup_tree::make("sweeper-test-" + std::to_string(::getpid()));
        if (made)
            tree = std::move(*made);
        else
            SKIPPED("no cgroup2 to write to: " << made.error().message());
        if (tree && !(sweeper = os::cgroup_sweeper::start(most)))
            SKIPPED("no second processor to sweep with");
    }
    explicit operator bool() const { return sweeper != nullptr; }

    std::vector<os::cgroup_leaf> leaves(int count)
    {
        std::vector<os::cgroup_leaf> made;
        for (int i = 0; i < count; ++i) {
            auto leaf = os::cgroup_leaf::make(*tree, "web." + std::to_string(++last));
            REQUIRE(leaf);
            made.push_back(std::move(*leaf));
        }
        return made;
    }
    std::size_t directories() const
    {
        std::size_t count = 0;
        for (auto const& entry : std::filesystem::directory_iterator(tree->path()))
            count += entry.is_directory() ? 1U : 0U;
        return count;
    }
    int last = 0;
};

// The mask of blocked signals of every thread, as /proc has it.
std::vector<std::string> blocked_signals()
{
    std::vector<std::string> masks;
    for (auto const& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream status(thread.path() / "status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("SigBlk:"))
                masks.push_back(line.substr(line.find_last_of(" \t") + 1));
    }
    return masks;
}

} // namespace

TEST_CASE("leaves are removed pass after pass, and waited for", "[cgroup]")
{
    bench_of_leaves b(100);
    if (!b)
        return;
    CHECK(b.sweeper->finish()); // of nothing
    for (int pass = 0; pass < 10; ++pass) {
        for (auto& leaf : b.leaves(10)) {
            REQUIRE(b.sweeper->take(leaf));
            CHECK(!leaf); // it is the sweeper's now
        }
        b.sweeper->go();
        if (pass % 3 == 0)
            CHECK(b.sweeper->finish());
    }
    CHECK(b.sweeper->finish());
    CHECK(b.directories() == 0);
}

TEST_CASE("a leaf for which there is no room stays with its owner", "[cgroup]")
{
    bench_of_leaves b(2);
    if (!b)
        return;
    auto leaves = b.leaves(3);
    CHECK(b.sweeper->take(leaves[0]));
    CHECK(b.sweeper->take(leaves[1]));
    CHECK(!b.sweeper->take(leaves[2]));
    CHECK(leaves[2]);
    b.sweeper->go();
    CHECK(b.sweeper->finish());
    CHECK(b.directories() == 1);
    CHECK(leaves[2].remove_if_empty());
}

TEST_CASE("nothing is removed before go(), and everything at the end", "[cgroup]")
{
    bench_of_leaves b(8);
    if (!b)
        return;
    for (auto& leaf : b.leaves(8))
        b.sweeper->take(leaf);
    CHECK(b.sweeper->finish());
    CHECK(b.directories() == 8);
    b.sweeper.reset();
    CHECK(b.directories() == 0);
}

TEST_CASE("a leaf in which somebody lives stays, and that is told", "[cgroup]")
{
    test::clean_up const clean;
    bench_of_leaves b(3);
    if (!b)
        return;
    auto leaves = b.leaves(3);
    auto request = test::puppet({"sleep"});
    auto const directory = leaves[1].open();
    REQUIRE(directory);
    request.cgroup_fd = directory->get();
    auto const child = os::launch(request);
    REQUIRE(child);
    for (auto& leaf : leaves)
        b.sweeper->take(leaf);
    b.sweeper->go();
    CHECK(!b.sweeper->finish());
    CHECK(b.directories() == 1);
    os::send_signal(child->pid, SIGKILL);
    test::end_of(child->pid);
}

TEST_CASE("the sweeper's thread takes no signal, and its owner's mask stays", "[cgroup]")
{
    auto const before = blocked_signals();
    REQUIRE(before.size() == 1);
    bench_of_leaves b(1);
    if (!b)
        return;
    auto const with = blocked_signals();
    REQUIRE(with.size() == 2);
    CHECK(with.front() == before.front());
    auto const mask = std::stoull(with.back(), nullptr, 16);
    for (int const number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGUSR1, SIGWINCH})
        CHECK((mask >> (number - 1) & 1) == 1);
    b.sweeper.reset();
    CHECK(blocked_signals() == before);
}
