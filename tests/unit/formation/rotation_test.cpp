#include "supervisor/formation/rotation.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/unit/formation/stage.hpp"

#include <csignal>
#include <fstream>

using procd::formation::rotation;
using namespace std::chrono_literals;

namespace {

core::process_id const web_1{"web", 1};

// An app whose `web` is fronted. It is ready while a file is there, and its drain takes an hour.
struct scene {
    explicit scene(int count = 1)
        : s{"web: exec sleep 600\nworker: exec sleep 600\n",
            {{"web", count}, {"worker", 1}},
            settings()}
    {
        ready(true);
        s.run();
    }

    std::string settings() const
    {
        return "[types.web]\nlisten = \"9\"\ndrain = \"1h\"\nstop_timeout = \"7s\"\n"
               "readiness = { exec = \"test -e " +
               (dir / "ready") +
               "\", period = \"20ms\", failure = 1 }\nrestart = { backoff = { initial = \"0s\" } "
               "}\n";
    }
    void ready(bool is) const
    {
        if (is)
            std::ofstream(dir / "ready").put('1');
        else
            std::filesystem::remove(dir / "ready");
    }
    // "web.1:in web.2:out", as of the next picture.
    std::string look()
    {
        changed = all.look(s.all, ++picture);
        std::string text;
        for (auto const& m : all.members())
            text += (text.empty() ? "" : " ") + m.name + (m.in_rotation ? ":in" : ":out");
        return text;
    }
    // Looks after each turn of the loop.
    bool until(std::string const& members)
    {
        return s.until([&] { return look() == members; });
    }
    procd::process::slot& slot(int number = 1)
    {
        auto* const found = s.all.slot({"web", number});
        REQUIRE(found != nullptr);
        return *found;
    }
    bool in_use(procd::process::slot const& of) const { return of.stop_timeout() > 7s; }
    int id() const { return all.members().front().id; }

    tests::temp_dir dir;
    test::stage s;
    rotation all;
    std::uint64_t picture = 0;
    bool changed = false;
};

} // namespace

TEST_CASE("a process is in rotation while it is up and ready", "[rotation]")
{
    scene s;
    s.ready(false);
    CHECK(s.until("web.1:out"));
    CHECK_FALSE(s.in_use(s.slot()));
    s.ready(true);
    CHECK(s.until("web.1:in"));
    CHECK(s.changed);
    CHECK(s.in_use(s.slot()));
    auto const m = s.all.members().front();
    CHECK(m.type == "web");
    CHECK(m.port == s.slot().port());
    s.look();
    CHECK_FALSE(s.changed);
    s.ready(false);
    CHECK(s.until("web.1:out"));
    CHECK(s.changed);
    CHECK(s.in_use(s.slot())); // requests may be in flight
    CHECK(s.id() == m.id);
}

TEST_CASE("a type without a front port is no concern of the rotation", "[rotation]")
{
    scene s(0);
    CHECK(s.s.until([&] { return s.s.all.slot({"worker", 1})->ready(); }));
    CHECK(s.look().empty());
}

TEST_CASE("a wish to end takes a process out in the same turn", "[rotation]")
{
    scene s;
    CHECK(s.until("web.1:in"));
    auto& web = s.slot();
    auto const pid = web.pid();
    SECTION("by a restart")
    {
        web.replace();
    }
    SECTION("by a smaller count")
    {
        s.s.all.set_wanted("web", 0, test::origin::command);
        s.s.all.reconcile();
    }
    SECTION("by a hold")
    {
        s.s.all.hold(web_1);
        s.s.all.reconcile();
    }
    CHECK(s.look() == "web.1:out");
    CHECK(s.changed);
    CHECK(web.pid() == pid);
    s.s.until([round = 0]() mutable { return ++round > 5; });
    CHECK(::kill(pid, 0) == 0); // it is drained
    CHECK(s.in_use(web));
    s.all.idle(s.s.all, s.picture, {s.id()});
    CHECK_FALSE(s.in_use(web));
    CHECK(s.s.until([&] { return ::kill(pid, 0) != 0; }));
}

TEST_CASE("a process whose type has lost its front port finishes its requests", "[rotation]")
{
    scene s;
    CHECK(s.until("web.1:in"));
    auto const id = s.id();
    s.s.take_up("web: exec sleep 600\n", {{"web", 1}}, "");
    CHECK(s.look() == "web.1:out");
    CHECK(s.id() == id);
    CHECK(s.in_use(s.slot()));
    s.all.idle(s.s.all, s.picture, {id});
    CHECK_FALSE(s.slot().used());
    CHECK(s.look().empty());
    CHECK(s.changed);
    CHECK(s.slot().pid() > 0);
}

TEST_CASE("only an idle report that is new enough and for this process counts", "[rotation]")
{
    scene s;
    CHECK(s.until("web.1:in"));
    auto& web = s.slot();
    s.all.idle(s.s.all, s.picture, {s.id()}); // it is in rotation
    CHECK(s.in_use(web));
    web.replace();
    s.look();
    auto const out_since = s.picture;
    s.look();
    s.all.idle(s.s.all, out_since - 1, {s.id()});
    CHECK(s.in_use(web));
    s.all.idle(s.s.all, out_since, {});
    CHECK(s.in_use(web));
    s.all.idle(s.s.all, out_since, {s.id() + 1, s.id() - 1});
    CHECK(s.in_use(web));
    s.all.idle(s.s.all, out_since, {s.id() + 1, s.id()});
    CHECK_FALSE(s.in_use(web));
}

TEST_CASE("a process that died is gone, and the next one is another member", "[rotation]")
{
    scene s;
    CHECK(s.until("web.1:in"));
    auto const first = s.id();
    auto const pid = s.slot().pid();
    s.slot().signal(SIGKILL);
    CHECK(s.s.until([&] {
        auto const now = s.look();
        return now != "web.1:in" || s.id() != first;
    }));
    CHECK(s.until("web.1:in"));
    CHECK(s.id() != first);
    CHECK(s.slot().pid() != pid);
    s.slot().replace();
    s.look();
    s.all.idle(s.s.all, s.picture, {first}); // a report for the one that died
    CHECK(s.in_use(s.slot()));
}

TEST_CASE("a replaced process comes back as another member", "[rotation]")
{
    scene s(2);
    CHECK(s.until("web.1:in web.2:in"));
    auto const first = s.id(), second = s.all.members().back().id;
    CHECK(first != second);
    s.slot().replace();
    CHECK(s.look() == "web.1:out web.2:in");
    s.all.idle(s.s.all, s.picture, {first});
    CHECK(s.until("web.1:in web.2:in"));
    CHECK(s.id() > second);
    CHECK(s.all.members().back().id == second);
}

TEST_CASE("without a router nothing is in use", "[rotation]")
{
    scene s;
    CHECK(s.until("web.1:in"));
    auto const first = s.id();
    s.all.lost(s.s.all);
    CHECK(s.all.members().empty());
    CHECK_FALSE(s.in_use(s.slot()));
    CHECK(s.look() == "web.1:in"); // the next router
    CHECK(s.changed);
    CHECK(s.in_use(s.slot()));
    CHECK(s.id() != first);
    SECTION("so a process that was drained is stopped")
    {
        auto const pid = s.slot().pid();
        s.slot().replace();
        s.look();
        s.all.lost(s.s.all);
        CHECK(s.s.until([&] { return ::kill(pid, 0) != 0; }));
    }
}
