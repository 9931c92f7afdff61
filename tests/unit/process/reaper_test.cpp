// Tests against the real kernel: every child that ends is seen by the reaper.
#include "supervisor/process/reaper.hpp"
#include "tests/unit/process/children.hpp"

#include <optional>

using procd::process::reaper;

namespace {

// Waits until the child has ended, without reaping it.
bool ended(int pid)
{
    return test::eventually([pid] { return os::peek_ended_child(pid).has_value(); });
}

} // namespace

TEST_CASE("a watcher is told once, while its child is not reaped yet", "[reaper]")
{
    test::children c;
    int const pid = test::launch({"exit", "3"}).pid;
    int told = 0;
    char state = '?';
    core::exit_status status;
    c.reaper.watch(pid, [&](core::exit_status const& seen) {
        ++told;
        state = test::state_of(pid);
        status = seen;
    });
    CHECK(c.reaper.watches_any());
    CHECK(c.until([&] { return told > 0; }));
    CHECK(state == 'Z');
    CHECK(status == core::exit_status(core::exited{3}));
    CHECK(test::state_of(pid) == '-');
    CHECK(!c.reaper.watches_any());
    c.reaper.reap();
    CHECK(told == 1);
}

TEST_CASE("a forgotten child is reaped as a stranger", "[reaper]")
{
    test::children c;
    c.reaper.keep_strangers(reaper::strangers::kept);
    int const pid = test::launch({"exit", "0"}).pid;
    bool told = false;
    c.reaper.watch(pid, [&](core::exit_status const&) { told = true; });
    c.reaper.forget(pid);
    CHECK(c.until_gone(pid));
    CHECK(!told);
    auto const strangers = c.reaper.take_strangers();
    REQUIRE(strangers.size() == 1);
    CHECK(strangers.front().pid == pid);
}

TEST_CASE("a watcher may forget its child while it is told, which is reaped all the same",
          "[reaper]")
{
    test::children c;
    int const pid = test::launch({"exit", "0"}).pid;
    int told = 0;
    c.reaper.watch(pid, [&](core::exit_status const&) {
        ++told;
        c.reaper.forget(pid);
    });
    CHECK(c.until_gone(pid));
    CHECK(told == 1);
}

TEST_CASE("strangers are kept with their session and CPU time, until they are taken", "[reaper]")
{
    test::children c;
    int const before = test::launch({"exit", "0"}).pid;
    REQUIRE(c.until_gone(before));
    c.reaper.keep_strangers(reaper::strangers::kept);
    int const pid = test::launch({"burn", "100"}).pid; // it leads a session
    REQUIRE(c.until_gone(pid));
    auto const strangers = c.reaper.take_strangers();
    REQUIRE(strangers.size() == 1);
    CHECK(strangers.front().pid == pid);
    CHECK(strangers.front().session == pid);
    CHECK(strangers.front().cpu_us >= 50'000);
    CHECK(c.reaper.take_strangers().empty());

    REQUIRE(c.until_gone(test::launch({"exit", "0"}).pid));
    c.reaper.keep_strangers(reaper::strangers::not_kept);
    REQUIRE(c.until_gone(test::launch({"exit", "0"}).pid));
    CHECK(c.reaper.take_strangers().empty());
}

TEST_CASE("a stranger watch is told once after a pass, when all strangers of it are reaped",
          "[reaper]")
{
    test::children c;
    int const first = test::launch({"exit", "0"}).pid;
    int const second = test::launch({"exit", "0"}).pid;
    int told = 0;
    std::string states;
    reaper::stranger_watch const watch(c.reaper, [&] {
        ++told;
        states += test::state_of(first);
        states += test::state_of(second);
    });
    REQUIRE(ended(first));
    REQUIRE(ended(second));
    CHECK(told == 0);
    c.reaper.reap();
    CHECK(told == 1);
    CHECK(states == "--");

    int const watched = test::launch({"exit", "0"}).pid;
    bool seen = false;
    c.reaper.watch(watched, [&](core::exit_status const&) { seen = true; });
    CHECK(c.until([&] { return seen; }));
    CHECK(told == 1); // a watched child is no stranger
}

TEST_CASE("a stranger watch may destroy itself while it is told; the others are told, too",
          "[reaper]")
{
    test::children c;
    std::string told;
    std::optional<reaper::stranger_watch> a, b, d;
    a.emplace(c.reaper, [&] { told += 'a'; });
    b.emplace(c.reaper, [&] {
        told += 'b';
        b.reset();
        told += "."; // the call outlives the watch
    });
    d.emplace(c.reaper, [&] { told += 'd'; });
    REQUIRE(c.until_gone(test::launch({"exit", "0"}).pid));
    CHECK(told == "ab.d");
    REQUIRE(c.until_gone(test::launch({"exit", "0"}).pid));
    CHECK(told == "ab.dad");
}
