#include "supervisor/os/orphans.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <algorithm>
#include <optional>
#include <signal.h>
#include <unistd.h>

namespace {

// One launched tree and its key. With a leaf the first rule applies, and without one the second.
struct tree {
    os::child child;
    std::string id;
    os::cgroup_leaf leaf;

    os::tree_key key() const { return {leaf ? &leaf : nullptr, id, child.pid}; }
};

std::optional<tree> plant(std::vector<std::string> arguments, std::string const& id,
                          os::cgroup_tree* cgroup, std::string const& wanted = "ready")
{
    tree planted;
    planted.id = id;
    auto request = test::puppet(std::move(arguments), {"PROCD_ID=" + id});
    os::unique_fd directory;
    if (cgroup != nullptr) {
        auto leaf = os::cgroup_leaf::make(*cgroup, id);
        if (!leaf)
            return std::nullopt;
        planted.leaf = std::move(*leaf);
        directory = *planted.leaf.open();
        request.cgroup_fd = directory.get();
    }
    auto child = os::launch(request);
    if (!child || child->in_cgroup != (cgroup != nullptr))
        return std::nullopt;
    planted.child = std::move(*child);
    if (test::read_until(planted.child.output.get(), wanted).find(wanted) == std::string::npos)
        return std::nullopt;
    return planted;
}

// A tree of seven processes: a leader; a daemon, made by a double fork with a session of its own; a
// child of the daemon that hides in another session without an environment; and the processes that
// only wait for these.
std::vector<std::string> const deep{"ignore-term", "fork", "daemon", "fork", "hide", "sleep"};

// Tells whether all processes are dead or gone. Those that became children of this process are
// reaped.
bool all_gone(tree const& t)
{
    return test::eventually([&] {
        for (int const pid : os::own_children())
            if (pid != t.child.pid && os::peek_ended_child(pid))
                os::reap(pid);
        auto const leader = os::read_stat(t.child.pid);
        return test::members_of(t.key()).empty() && !(leader && leader->alive());
    });
}

#define EXPECT(what)                                                                               \
    do                                                                                             \
        if (!(what))                                                                               \
            return std::string{"not so: " #what};                                                  \
    while (false)

std::string whole_tree_dies(os::cgroup_tree* cgroup)
{
    auto t = plant(deep, "one", cgroup);
    auto other = plant({"fork", "daemon", "sleep"}, "other", cgroup);
    EXPECT(t && other);
    int bystander = ::fork();
    if (bystander == 0)
        for (;;)
            ::pause();
    auto const members = test::members_of(t->key());
    EXPECT(members.size() == 4);
    EXPECT(std::none_of(members.begin(), members.end(), [&](auto const& m) {
        return m.pid == t->child.pid || m.pid == ::getpid() || m.pid == other->child.pid ||
               m.pid == bystander;
    }));
    EXPECT(test::kill_tree(t->key()).empty());
    EXPECT(all_gone(*t));
    EXPECT(test::alive(bystander));
    EXPECT(test::alive(other->child.pid));
    EXPECT(test::members_of(other->key()).size() == 2);
    ::kill(bystander, SIGKILL);
    test::kill_tree(other->key());
    EXPECT(all_gone(*other));
    EXPECT(test::eventually(test::clean_up::nothing_left));
    EXPECT(!t->leaf || t->leaf.remove());
    EXPECT(!other->leaf || other->leaf.remove());
    return "";
}

bool nobody_known(int)
{
    return false;
}

std::string survivors_of_a_leader_are_known(os::cgroup_tree* cgroup)
{
    auto t = plant({"leave", "own-session", "ignore-term", "sleep"}, "left", cgroup);
    EXPECT(t);
    int const leader = t->child.pid;
    EXPECT(test::end_of(leader) == core::exit_status{core::exited{0}});
    EXPECT(t->leaf ? !t->leaf.empty() : os::orphans{nobody_known}.may_be_of(leader));
    EXPECT(test::members_of(t->key()).size() == 2);
    EXPECT(test::kill_tree(t->key()).empty());
    EXPECT(all_gone(*t));
    EXPECT(test::eventually(test::clean_up::nothing_left));
    EXPECT(t->leaf ? t->leaf.empty() : !os::orphans{nobody_known}.may_be_of(leader));
    EXPECT(!t->leaf || t->leaf.remove());
    return "";
}

std::string those_that_fork_without_pause_are_caught(os::cgroup_tree* cgroup)
{
    for (auto const& mode : {"fork", "own-session"}) {
        auto t = plant({mode, "run-away"}, "quick", cgroup);
        EXPECT(t);
        EXPECT(test::kill_tree(t->key()).empty());
        EXPECT(all_gone(*t));
        EXPECT(test::eventually(test::clean_up::nothing_left));
        EXPECT(!t->leaf || t->leaf.remove());
    }
    return "";
}

std::string several_are_killed_together(os::cgroup_tree* cgroup)
{
    std::vector<tree> trees;
    for (auto const& id : {"a", "b", "c"}) {
        auto t = plant(deep, id, cgroup);
        EXPECT(t);
        trees.push_back(std::move(*t));
    }
    std::vector<os::tree_key> keys;
    for (auto const& t : trees)
        keys.push_back(t.key());
    os::process_table now;
    for (auto const& members : os::tree_members(std::span<os::tree_key const>{keys}, now))
        EXPECT(members.size() == 4);
    EXPECT(os::kill_trees(keys, now).empty());
    for (auto const& t : trees)
        EXPECT(all_gone(t));
    EXPECT(test::eventually(test::clean_up::nothing_left));
    for (auto& t : trees)
        EXPECT(!t.leaf || t.leaf.remove());
    return "";
}

using scenario = std::string (*)(os::cgroup_tree*);
constexpr scenario scenarios[] = {whole_tree_dies, survivors_of_a_leader_are_known,
                                  those_that_fork_without_pause_are_caught,
                                  several_are_killed_together};

} // namespace

TEST_CASE("a tree is contained by its cgroup", "[containment]")
{
    test::clean_up const clean;
    auto cgroup = os::cgroup_tree::make("containment-test-" + std::to_string(::getpid()));
    if (!cgroup) {
        SKIPPED("no cgroup2 to write to: " << cgroup.error().message());
        return;
    }
    for (auto const run : scenarios)
        CHECK(test::in_child(test::as::this_user, [&] { return run(&*cgroup); }) == "");
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a tree is contained by its session and environment", "[containment]")
{
    test::clean_up const clean;
    for (auto const run : scenarios)
        CHECK(test::in_child(test::as::this_user, [&] { return run(nullptr); }) == "");
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a tree is contained by its session and environment for an ordinary user",
          "[containment]")
{
    test::clean_up const clean;
    if (::geteuid() != 0) {
        SKIPPED(
            "needs root to become somebody else; the case before this one was an ordinary user's");
        return;
    }
    test::puppet_for_all();
    for (auto const run : scenarios)
        CHECK(test::in_child(test::as::nobody, [&] { return run(nullptr); }) == "");
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a process outside its leaf is found and killed all the same", "[containment]")
{
    test::clean_up const clean;
    auto cgroup = os::cgroup_tree::make("outside-test-" + std::to_string(::getpid()));
    if (!cgroup) {
        SKIPPED("no cgroup2 to write to: " << cgroup.error().message());
        return;
    }
    auto t = plant({"fork", "sleep"}, "outside", nullptr);
    REQUIRE(t);
    t->leaf = *os::cgroup_leaf::make(*cgroup, "outside");
    CHECK(test::members_of(t->key()).size() == 1);
    CHECK(test::kill_tree(t->key()).empty());
    CHECK(test::eventually(test::clean_up::nothing_left));
}

TEST_CASE("a session without a leader is found by its number", "[containment]")
{
    CHECK(test::in_child(test::as::this_user, []() -> std::string {
              auto request = test::puppet({"clear-env", "own-group", "sleep"});
              request.pty = true;
              auto const child = os::launch(request);
              if (!child || test::read_until(child->output.get(), "ready").empty())
                  return "no child";
              test::end_of(child->pid); // the other process is an orphan from now on
              os::tree_key key{nullptr, "other", child->pid};
              if (!test::members_of(key).empty())
                  return "found by its group";
              key.session = child->session;
              if (test::members_of(key).size() != 1)
                  return "not found by its session";
              test::kill_tree(key);
              auto const gone = [&key] { return test::members_of(key).empty(); };
              return test::eventually(gone) ? "" : "not killed";
          }) == "");
}

TEST_CASE("a pid that means another process by now gets no signal", "[containment]")
{
    test::clean_up const clean;
    auto const t = plant({"sleep"}, "reused", nullptr);
    REQUIRE(t);
    auto const stat = os::read_stat(t->child.pid);
    REQUIRE(stat);
    CHECK(os::signal_member({stat->pid, stat->pgrp, stat->start_time + 1}, SIGKILL) ==
          os::error_of(ESRCH));
    CHECK(test::alive(t->child.pid));
    CHECK(!os::signal_member({stat->pid, stat->pgrp, stat->start_time}, SIGKILL));
    CHECK(test::end_of(t->child.pid) == core::exit_status{core::signaled{SIGKILL}});
}
