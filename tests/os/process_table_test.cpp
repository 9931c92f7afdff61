#include "supervisor/os/process_table.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <fcntl.h>
#include <map>
#include <signal.h>
#include <unistd.h>

namespace {

os::proc_stat process(int pid, int ppid, int session, int pgrp)
{
    os::proc_stat stat;
    stat.pid = pid;
    stat.ppid = ppid;
    stat.session = session;
    stat.pgrp = pgrp;
    stat.state = 'S';
    return stat;
}

// A process of the snapshot: whether it descends from procd, and its PROCD_ID.
struct given {
    os::proc_stat stat;
    std::string id;
    bool below = true;
};

// The owners by pid.
std::map<int, std::size_t> owners(std::vector<given> const& all,
                                  std::vector<os::tree_mark> const& trees)
{
    std::vector<os::proc_stat> stats;
    std::vector<bool> below;
    std::vector<std::string> ids;
    for (auto const& one : all) {
        stats.push_back(one.stat);
        below.push_back(one.below);
        ids.push_back(one.id);
    }
    os::descendants const seen(os::process_snapshot(stats), below, ids);
    std::map<int, std::size_t> found;
    for (auto const& [i, tree] : seen.owners(trees))
        found[stats[i].pid] = tree;
    return found;
}

using owned = std::map<int, std::size_t>;

bool has(os::descendants const& seen, int pid)
{
    return seen.snapshot().find(pid) != nullptr;
}

} // namespace

TEST_CASE("a tree is its id, its leader's session and group, and what descends from these",
          "[process_table]")
{
    std::vector<given> const all{
        {process(10, 1, 10, 10), "a"}, // the leader
        {process(11, 10, 10, 10), ""}, // in its session
        {process(12, 10, 12, 10), ""}, // in its group
        {process(13, 12, 13, 13), ""}, // a child that hides
        {process(14, 1, 13, 14), ""},  // an orphan in the session of the one that hides
        {process(15, 1, 15, 15), "a"}, // a daemon
        {process(20, 1, 20, 20), "b"},       {process(21, 20, 20, 20), "b"},
        {process(30, 2, 10, 30), "", false}, // another procd's, with the same session by chance
        {process(40, 1, 40, 40), ""},        // a child of procd that belongs to no tree
    };
    CHECK(owners(all, {{"a", 10}}) == owned{{10, 0}, {11, 0}, {12, 0}, {13, 0}, {14, 0}, {15, 0}});
    CHECK(owners(all, {{"b", 20}, {"a", 10}}) ==
          owned{{10, 1}, {11, 1}, {12, 1}, {13, 1}, {14, 1}, {15, 1}, {20, 0}, {21, 0}});
    CHECK(owners(all, {{"", 20}, {"b", -1}}) == owned{{20, 1}, {21, 1}});
    CHECK(owners(all, {{"c", -1}}).empty());
    CHECK(owners(all, {}).empty());
}

TEST_CASE("an environment counts more than a session's number, which may be reused",
          "[process_table]")
{
    std::vector<given> const all{{process(10, 1, 10, 10), "a"}, {process(11, 10, 10, 10), ""}};
    CHECK(owners(all, {{"gone", 10}, {"a", -1}}) == owned{{10, 1}, {11, 0}});
    CHECK(owners(all, {{"a", -1}}) == owned{{10, 0}, {11, 0}});
}

TEST_CASE("all questions share one snapshot until it is dropped", "[process_table]")
{
    test::clean_up const clean;
    int taken = 0;
    os::process_table table([&] { ++taken; });
    auto const first = os::launch(test::puppet({"sleep"}, {"PROCD_ID=shared"}));
    REQUIRE(first);
    CHECK(has(table.look(), first->pid));
    std::vector<os::tree_key> const keys(50, {nullptr, "shared", first->pid});
    for (auto const& key : keys)
        CHECK(os::tree_members(key, table).empty());
    CHECK(os::tree_members(keys, table).size() == 50);
    CHECK(taken == 1);

    auto const second = os::launch(test::puppet({"sleep"}));
    REQUIRE(second);
    CHECK_FALSE(has(table.look(), second->pid));
    table.drop();
    CHECK(has(table.look(), second->pid));
    CHECK(taken == 2);
    CHECK(os::kill_trees(keys, table).empty());
    ::kill(second->pid, SIGKILL);
    CHECK(taken > 2); // no look before a signal counts after it
}

TEST_CASE("the end of a child asks for a later snapshot, once for all that have ended",
          "[process_table]")
{
    test::clean_up const clean;
    int taken = 0;
    os::process_table table([&] { ++taken; });
    std::vector<int> pids;
    for (int i = 0; i < 3; ++i) {
        auto const made = os::launch(test::puppet({"sleep"}));
        REQUIRE(made);
        pids.push_back(made->pid);
    }
    table.look();
    for (int const pid : pids)
        ::kill(pid, SIGKILL);
    REQUIRE(test::eventually([] { return os::ended_children().size() == 3; }));
    for (int const pid : pids) {
        table.need_after_end(pid);
        table.look();
    }
    CHECK(taken == 2);
}

TEST_CASE("a process has the PROCD_ID of the program that it runs now", "[process_table]")
{
    test::clean_up const clean;
    int gate[2];
    REQUIRE(::pipe2(gate, O_CLOEXEC) == 0);
    int const pid = ::fork();
    if (pid == 0) {
        char byte = 0;
        ::close(gate[1]);
        [[maybe_unused]] auto const got = ::read(gate[0], &byte, 1);
        char const* const argv[] = {PUPPET, "sleep", nullptr};
        char const* const environment[] = {"PROCD_ID=inner", nullptr};
        ::execve(PUPPET, const_cast<char* const*>(argv), const_cast<char* const*>(environment));
        ::_exit(1);
    }
    os::process_table table;
    auto const owned_by = [&](char const* id) {
        table.drop();
        std::vector<os::tree_mark> const tree{{id, -1}};
        return table.look().owners(tree).size() == 1;
    };
    // Between fork and exec the child has the environment of this process.
    CHECK_FALSE(owned_by("inner"));
    ::close(gate[0]);
    ::close(gate[1]);
    CHECK(test::eventually([&] { return owned_by("inner"); }));
    ::kill(pid, SIGKILL);
    CHECK(test::eventually([&] { return !owned_by("inner"); }));
}
