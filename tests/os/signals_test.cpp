#include "supervisor/os/signals.hpp"
#include "tests/os/children.hpp"

#include <poll.h>
#include <signal.h>

namespace {

// Restores at the end the signal mask of the beginning.
class signals_as_before {
public:
    signals_as_before() { ::sigprocmask(SIG_BLOCK, nullptr, &before_); }
    ~signals_as_before() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

bool readable(int fd, int patience_ms)
{
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, patience_ms) == 1;
}

} // namespace

TEST_CASE("the end of a child can be read, however many have ended", "[signals]")
{
    test::clean_up const clean;
    signals_as_before const as_before;
    auto const ends = os::child_signal();
    REQUIRE(ends.has_value());
    CHECK_FALSE(readable(ends->get(), 0));

    constexpr int patience_ms = 30'000;
    auto const first = os::launch(test::puppet({"exit", "1"}));
    REQUIRE(first.has_value());
    REQUIRE(readable(ends->get(), patience_ms));
    auto const second = os::launch(test::puppet({"exit", "2"}));
    REQUIRE(second.has_value());
    CHECK(test::end_of(second->pid) == core::exit_status{core::exited{2}});
    os::take_child_signals(ends->get());
    CHECK_FALSE(readable(ends->get(), 0));
    os::take_child_signals(ends->get()); // there is nothing to take, and the call does not wait
    CHECK(test::end_of(first->pid) == core::exit_status{core::exited{1}});

    auto const third = os::launch(test::puppet({"exit", "3"}));
    REQUIRE(third.has_value());
    CHECK(readable(ends->get(), patience_ms));
    CHECK(test::end_of(third->pid) == core::exit_status{core::exited{3}});
}

TEST_CASE("a child does not inherit that its own children's ends are blocked", "[signals]")
{
    test::clean_up const clean;
    signals_as_before const as_before;
    REQUIRE(os::child_signal().has_value());
    CHECK_THAT(test::output_of(test::puppet({"print-signals"})),
               Catch::Matchers::Contains("SigBlk:\t0000000000000000"));
}
