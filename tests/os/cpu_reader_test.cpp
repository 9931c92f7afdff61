// Compares both ways of reading with the CPU time that was really used: by one process, by
// short-lived children, and by a grandchild that became a daemon.
#include "supervisor/os/cpu_reader.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <optional>
#include <string>
#include <unistd.h>

namespace {

// Starts a puppet that reports the CPU time it has used, and reads its tree's CPU time after that.
std::string measured(std::vector<std::string> arguments, std::string const& id,
                     os::cgroup_tree* cgroup)
{
    auto request = test::puppet(std::move(arguments), {"PROCD_ID=" + id});
    os::cgroup_leaf leaf;
    os::unique_fd directory;
    if (cgroup) {
        leaf = *os::cgroup_leaf::make(*cgroup, id);
        directory = *leaf.open();
        request.cgroup_fd = directory.get();
    }
    auto const child = os::launch(request);
    if (!child)
        return "it did not start";
    auto said = test::read_until(child->output.get(), "burnt ");
    auto const at = said.find("burnt ");
    if (at == std::string::npos)
        return "it said nothing";
    if (said.find('\n', at) == std::string::npos)
        said += test::read_until(child->output.get(), "\n");
    auto const truth = std::stoull(said.substr(at + 6));
    os::tree_key const key{cgroup ? &leaf : nullptr, id, child->pid};
    os::process_table now;
    auto const read = os::read_cpu(std::span{&key, 1}, now).front();
    test::kill_tree(key);
    test::eventually(test::clean_up::nothing_left);
    if (leaf)
        leaf.remove();
    if (!read.used_us)
        return "nothing was read";
    // The tolerance is more than 5 %, because /proc counts in ticks of 10 ms, and because a launch
    // uses some time before the puppet begins.
    auto const off = *read.used_us > truth ? *read.used_us - truth : truth - *read.used_us;
    if (off > truth / 20 + 25'000)
        return "read " + std::to_string(*read.used_us) + " of " + std::to_string(truth);
    return "";
}

std::string all_measured(os::cgroup_tree* cgroup)
{
    for (auto const& [id, arguments] :
         {std::pair<std::string, std::vector<std::string>>{"alone", {"burnt", "burn", "300"}},
          {"children", {"burnt", "burners", "40", "10"}}})
        if (auto const wrong = measured(arguments, id, cgroup); !wrong.empty())
            return id + ": " + wrong;
    return "";
}

std::string daemons_are_counted(os::cgroup_tree* cgroup)
{
    auto const id = "daemon";
    auto request = test::puppet({"daemon", "burnt", "burn", "300"}, {"PROCD_ID=daemon"});
    os::cgroup_leaf leaf;
    os::unique_fd directory;
    if (cgroup) {
        leaf = *os::cgroup_leaf::make(*cgroup, id);
        directory = *leaf.open();
        request.cgroup_fd = directory.get();
    }
    auto const child = os::launch(request);
    if (!child)
        return "it did not start";
    test::read_until(child->output.get(), "burnt ");
    os::tree_key const key{cgroup ? &leaf : nullptr, id, child->pid};
    os::process_table now;
    auto const read = os::read_cpu(std::span{&key, 1}, now).front();
    test::kill_tree(key);
    test::eventually(test::clean_up::nothing_left);
    if (leaf)
        leaf.remove();
    if (!read.used_us || *read.used_us < 285'000)
        return "read " + std::to_string(read.used_us.value_or(0)) + " of 300000";
    return "";
}

} // namespace

TEST_CASE("the CPU use of a tree is read from its cgroup", "[cpu]")
{
    test::clean_up const clean;
    auto cgroup = os::cgroup_tree::make("cpu-test-" + std::to_string(::getpid()));
    if (!cgroup) {
        SKIPPED("no cgroup2 to write to: " << cgroup.error().message());
        return;
    }
    CHECK(test::in_child(test::as::this_user, [&] { return all_measured(&*cgroup); }) == "");
    CHECK(test::in_child(test::as::this_user, [&] { return daemons_are_counted(&*cgroup); }) == "");
}

TEST_CASE("the CPU use of a tree is read from /proc", "[cpu]")
{
    test::clean_up const clean;
    CHECK(test::in_child(test::as::this_user, [] { return all_measured(nullptr); }) == "");
    CHECK(test::in_child(test::as::this_user, [] { return daemons_are_counted(nullptr); }) == "");
}

TEST_CASE("the CPU use of a tree is read from /proc by an ordinary user", "[cpu]")
{
    test::clean_up const clean;
    if (::geteuid() != 0) {
        SKIPPED(
            "needs root to become somebody else; the case before this one was an ordinary user's");
        return;
    }
    test::puppet_for_all();
    CHECK(test::in_child(test::as::nobody, [] { return all_measured(nullptr); }) == "");
}

TEST_CASE("what does not run has no CPU use, and is not 0", "[cpu]")
{
    std::vector<os::tree_key> const keys{{nullptr, "never", -1}, {nullptr, "gone", 4'000'000}};
    os::process_table now;
    auto const read = os::read_cpu(keys, now);
    REQUIRE(read.size() == 2);
    CHECK(!read[0].used_us);
    CHECK(!read[1].used_us);
    os::cgroup_leaf const none;
    CHECK(!none.used_cpu());
}
