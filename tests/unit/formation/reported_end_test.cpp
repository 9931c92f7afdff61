// How the end of a process is told: once, with its cause, and with what comes next.
#include "tests/fixtures/catch.hpp"
#include "tests/unit/formation/stage.hpp"

#include <csignal>

namespace {

// Runs one process `web.1` until events of this kind have come so often, and returns their
// messages.
std::vector<std::string> messages(test::stage& s, std::string const& kind, std::size_t count)
{
    std::vector<std::string> found;
    REQUIRE(s.until([&] {
        for (auto const& e : s.events.take(s.seen).events)
            if (e.kind == kind && e.process == "web.1")
                found.push_back(e.message);
        return found.size() >= count;
    }));
    return found;
}

bool ends_with(std::string const& text, std::string const& end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

core::process_id const web_1{"web", 1};

} // namespace

TEST_CASE("a failure is told with its code and with the next attempt", "[last_end]")
{
    test::stage s{"web: exit 3\n", {{"web", 1}}};
    s.run();
    auto const told = messages(s, "exited", 2);
    CHECK(told[0].starts_with("web.1 exited with code 3 (up "));
    CHECK(ends_with(told[0], ", restarting"));
    CHECK(told[1].starts_with("web.1 exited with code 3 (up "));
    CHECK(ends_with(told[1], ", restarting in 1s"));
    auto const exit = s.all.slot(web_1)->detail().last;
    REQUIRE(exit);
    CHECK(exit->code == 3);
    CHECK_FALSE(exit->signal);
    CHECK_FALSE(exit->oom);
}

TEST_CASE("a process that ends well says nothing of an attempt", "[last_end]")
{
    test::stage s{"web: echo last words\n", {{"web", 1}}};
    s.run();
    auto const told = messages(s, "exited", 1);
    CHECK(told[0].starts_with("web.1 exited with code 0 (up "));
    CHECK(ends_with(told[0], ")"));
    auto const exit = s.all.slot(web_1)->detail().last;
    REQUIRE(exit);
    CHECK(exit->code == 0);
    CHECK(exit->last_lines == std::vector<std::string>{"last words"});
}

TEST_CASE("a death by a signal is told by the signal's name", "[last_end]")
{
    test::stage s{"web: kill -USR1 $$\n", {{"web", 1}}};
    s.run();
    CHECK(messages(s, "exited", 1)[0].starts_with("web.1 terminated by SIGUSR1 (up "));
    auto const exit = s.all.slot(web_1)->detail().last;
    REQUIRE(exit);
    CHECK(exit->signal == "SIGUSR1");
    CHECK_FALSE(exit->code);
}

TEST_CASE("an end that was asked for is told as no failure", "[last_end]")
{
    test::stage s{"web: exec sleep 1000\n", {{"web", 1}}};
    s.run();
    REQUIRE(s.until([&] { return s.all.slot(web_1)->ready(); }));
    s.all.hold(web_1);
    s.all.reconcile();
    CHECK(messages(s, "exited", 1)[0] == "web.1 terminated by SIGTERM");
}
