#include "tests/fixtures/catch.hpp"
#include "tests/unit/formation/stage.hpp"

using test::origin;

namespace {

// An app of web and worker whose processes are not started.
struct stage : test::stage {
    stage() : test::stage("web: a\nworker: b\n", {{"web", 1}, {"worker", 2}}) {}
};

core::kept_type kept(int wanted, std::set<int> held = {})
{
    core::kept_type t;
    t.wanted = wanted;
    t.held = std::move(held);
    return t;
}

} // namespace

TEST_CASE("a new count is one event, the same count is none", "[formation]")
{
    stage s;
    CHECK(s.counts() == "web=1 worker=2 ");
    CHECK(s.said() == "");
    s.all.set_wanted("web", 3, origin::command);
    CHECK(s.said() == "scaled web: web scaled from 1 to 3\n");
    s.all.set_wanted("web", 3, origin::files);
    CHECK(s.said() == "");
    s.all.set_wanted("web", 2, origin::autoscaler, {"web is idle"});
    CHECK(s.said() == "scaled web: web is idle\n");
    s.all.set_wanted("none", 2, origin::command);
    CHECK(s.said() == "");
    CHECK(s.counts() == "web=2 worker=2 ");
}

TEST_CASE("counts that are put back make an event only where they differ", "[formation]")
{
    stage s;
    s.all.hold({"worker", 1});
    s.all.restore({{"web", kept(4)}, {"worker", kept(2, {2})}, {"gone", kept(7)}});
    CHECK(s.said() == "scaled web: web scaled from 1 to 4\n");
    CHECK(s.counts() == "web=4 worker=2 ");
    CHECK(s.all.find("worker")->held == std::set<int>{2});
    s.all.restore({});
    CHECK(s.said() == "");
    CHECK(s.counts() == "web=4 worker=2 ");
}

namespace {

auto const fronted = "[types.web]\nlisten = \"127.0.0.1:8080\"\n";

} // namespace

TEST_CASE("what is set about a front port is an event, and nothing for a type without one",
          "[formation]")
{
    test::stage s("web: a\nworker: b\n", {{"web", 1}, {"worker", 1}}, fronted);
    s.all.set_routing("web", {true, false});
    CHECK(s.said() == "paused web: web is paused; requests wait\n");
    s.all.set_routing("web", {true, false});
    CHECK(s.said() == "");
    s.all.restore_routing("web", {false, true});
    CHECK(s.said() == "");
    CHECK(s.all.find("web")->routing == core::routing{false, true});
    s.all.set_routing("worker", {true, true});
    s.all.set_routing("none", {true, true});
    CHECK(s.said() == "");
    CHECK(s.all.find("worker")->routing == core::routing{});
}

TEST_CASE("a release keeps what is set about front ports, and a new front port is open",
          "[formation]")
{
    test::stage s("web: a\n", {{"web", 1}}, fronted);
    s.all.set_routing("web", {true, true});
    SECTION("kept, whatever else has changed")
    {
        s.take_up("web: b\nworker: c\n", {{"web", 1}, {"worker", 1}}, fronted);
        CHECK(s.all.find("web")->routing == core::routing{true, true});
        CHECK(s.all.find("worker")->routing == core::routing{});
    }
    SECTION("open after the type was gone")
    {
        s.take_up("worker: c\n", {{"worker", 1}});
        CHECK(s.all.find("web") == nullptr);
        s.take_up("web: a\n", {{"web", 1}}, fronted);
        CHECK(s.all.find("web")->routing == core::routing{});
    }
    SECTION("open after the front port was gone")
    {
        s.take_up("web: a\n", {{"web", 1}});
        CHECK(s.all.find("web")->routing == core::routing{});
        s.take_up("web: a\n", {{"web", 1}}, fronted);
        CHECK(s.all.find("web")->routing == core::routing{});
    }
}

TEST_CASE("a process starts once its addresses are open for it", "[formation]")
{
    auto const config = [](std::string const& address) {
        return "[types.web]\nlisten = \"" + address + "\"\nshare = \"listen_fds\"\n";
    };
    auto const procfile = "web: exec sleep 600\n";
    test::stage s(procfile, {{"web", 1}}, config("[::1]:9"));
    s.run();
    auto& web = *s.all.slot({"web", 1});
    CHECK(s.until([&] { return web.waits(); }));
    CHECK(core::text_of(s.all.waits_for(web)) == "the address [::1]:9");
    s.with.sockets.set({{"[::1]:9", {}}});
    CHECK(s.until([&] { return web.ready(); }));
    CHECK(core::text_of(s.all.waits_for(web)) == "");

    // It goes on with its old sockets, and does not start again without its new ones.
    s.take_up(procfile, {{"web", 1}}, config("[::1]:10"));
    web.replace();
    CHECK(s.until([&] { return web.waits(); }));
    CHECK(core::text_of(s.all.waits_for(web)) == "the address [::1]:10");
    CHECK(web.incarnations() == 1);
    s.take_up(procfile, {{"web", 1}}, "");
    CHECK(s.until([&] { return web.ready(); }));
}
