#include "supervisor/formation/formation.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/io_context.hpp>

using procd::formation::formation;
using procd::formation::origin;

namespace {

// An app of web and worker whose processes are not started.
struct stage {
    stage()
    {
        procd::app::application app;
        core::release record;
        record.files.procfile = procfile::app_files::text{"Procfile", "web: a\nworker: b\n"};
        app.spec = procfile::merge(record.files).spec;
        auto const ports =
            std::make_shared<procfile::port_plan>(app.base_port, app.spec.port_order());
        all.adopt(std::make_shared<procd::app::content>(record, app, ports), {},
                  {{"web", 1}, {"worker", 2}});
    }

    // The events since the last call: "KIND PROCESS: MESSAGE", a line each.
    std::string said()
    {
        std::string text;
        for (auto const& e : events.take(seen).events)
            text += e.kind + ' ' + e.process + ": " + e.message + '\n';
        return text;
    }
    std::string counts() const
    {
        std::string text;
        for (auto const& t : all.types())
            text += t.spec.name + '=' + std::to_string(t.wanted) + ' ';
        return text;
    }

    boost::asio::io_context io;
    procd::output::hub hub{io, {}};
    procd::output::event_log events{io};
    procd::process::services with{io, hub, events};
    procd::output::event_log::cursor seen;
    formation all{with};
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
