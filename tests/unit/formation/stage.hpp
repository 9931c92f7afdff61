// An app for the tests of formation/: its slots, and the services that they need.
#pragma once

#include "supervisor/formation/formation.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "tests/os/children.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace test {

using procd::formation::formation;
using procd::formation::origin;

struct stage {
    // Takes up the types of a Procfile and a procd.toml. No process starts before run().
    stage(std::string procfile, std::map<std::string, int> const& counts, std::string config = "",
          int first_port = 5000)
        : base_port(first_port)
    {
        take_up(std::move(procfile), counts, std::move(config));
    }
    // Takes up another release.
    void take_up(std::string procfile, std::map<std::string, int> const& counts,
                 std::string config = "")
    {
        app = {};
        app.base_port = base_port;
        app.root = "/";
        core::release record;
        record.root = app.root;
        record.files.procfile = procfile::app_files::text{"Procfile", std::move(procfile)};
        if (!config.empty())
            record.files.config = procfile::app_files::text{"procd.toml", std::move(config)};
        app.spec = procfile::merge(record.files).spec;
        auto const ports =
            std::make_shared<procfile::port_plan>(app.base_port, app.spec.port_order());
        all.adopt(std::make_shared<procd::app::content>(record, app, ports), {}, counts);
    }
    ~stage()
    {
        all.begin_stop(std::chrono::steady_clock::now());
        all.hurry();
        until([this] { return !all.any_slot() && with.errands == 0; });
    }
    stage(stage const&) = delete;
    stage& operator=(stage const&) = delete;

    // Starts what is wanted.
    void run()
    {
        all.begin_running();
        all.reconcile();
    }
    // Runs the loop of the app until the condition holds, for 30 s at most.
    bool until(std::function<bool()> const& holds)
    {
        return eventually([&] {
            io.restart();
            io.poll();
            with.children.reap();
            all.look();
            return holds();
        });
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

    int base_port = 5000;
    clean_up processes; // kills what a failed test leaves
    boost::asio::io_context io;
    procd::output::hub hub{io, {}};
    procd::output::event_log events{io};
    procd::process::services with{io, hub, events};
    procd::output::event_log::cursor seen;
    formation all{with};
    procd::app::application app;
};

} // namespace test
