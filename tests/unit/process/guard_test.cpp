// Tests against the real kernel: a guardian that is lost is replaced.
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/guard.hpp"
#include "tests/fixtures/no_descriptors.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/unit/process/children.hpp"

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <unistd.h>

namespace {

// The guardian among the children of this process; 0 when there is none.
int guardian()
{
    auto const self = std::to_string(::getpid());
    std::ifstream children("/proc/" + self + "/task/" + self + "/children");
    for (int child = 0; children >> child;)
        if (auto const stat = os::read_stat(child); stat && stat->comm == "procd-guardian")
            return child;
    return 0;
}

struct guarded : test::children {
    guarded()
    {
        options.terminal_fd = stdout_file.get();
        hub.emplace(io, options);
        events.emplace(io);
        guard.emplace(looks, reaper, *hub, *events);
    }
    ~guarded()
    {
        guard->dismiss();
        until([] { return guardian() == 0; });
    }

    // How often procd has said this.
    int said(std::string const& words) const
    {
        int times = 0;
        for (auto const& record : hub->history({{}, 1000, std::nullopt}))
            times += record.bytes.find(words) != std::string::npos;
        return times;
    }
    os::result<void> start()
    {
        return guard->start({"", "guard-test-" + std::to_string(::getpid()) + '-'});
    }

    tests::temp_dir directory;
    os::unique_fd stdout_file{
        ::open((directory / "stdout").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    procd::output::options options;
    procd::loop::agenda looks{io};
    std::optional<procd::output::hub> hub;
    std::optional<procd::output::event_log> events;
    std::optional<procd::process::guard> guard;
};

} // namespace

TEST_CASE("a lost guardian is tried again until there is one, which is said once", "[guard]")
{
    guarded g;
    REQUIRE(g.start());
    REQUIRE(g.until([] { return guardian() > 0; }));
    ::kill(guardian(), SIGKILL);
    {
        test::no_descriptors const now;
        auto const lost = std::chrono::steady_clock::now();
        REQUIRE(g.until([&] { return g.said("no guardian") > 0; }));
        // By then it was tried at least twice.
        g.until([&] { return std::chrono::steady_clock::now() > lost + std::chrono::seconds(1); });
        REQUIRE(g.said("the guardian is back") == 0);
    }
    REQUIRE(g.until([&] { return g.said("the guardian is back") > 0; }));
    CHECK(g.until([] { return guardian() > 0; }));
    CHECK(g.said("no guardian (Too many open files)") == 1);
    CHECK(g.said("the guardian is back") == 1);
}

TEST_CASE("a guardian that could not be started at first is started later", "[guard]")
{
    guarded g;
    {
        test::no_descriptors const at_first;
        auto const made = g.start();
        CHECK((!made && made.error().value() == EMFILE));
    }
    CHECK(g.until([&] { return g.said("the guardian is back") > 0; }));
    CHECK(g.until([] { return guardian() > 0; }));
    CHECK(g.said("no guardian") == 0); // the caller has said so
}

TEST_CASE("nothing is tried again, and no timer is left, once the end has come", "[guard]")
{
    guarded g;
    {
        test::no_descriptors const now;
        CHECK_FALSE(g.start());
        g.guard->stop_replacing();
        g.io.restart();
        g.io.run(); // returns only when nothing is due
    }
    CHECK(guardian() == 0);
}
