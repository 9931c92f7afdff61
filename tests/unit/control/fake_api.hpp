// A fake procd with two types and no real processes, for the tests of the control server.
#pragma once

#include "supervisor/control/control_api.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/loop/condition.hpp"
#include "supervisor/process/exec_session.hpp"

#include <map>
#include <string>
#include <vector>

namespace tests {

class fake_api : public procd::control::control_api {
public:
    explicit fake_api(boost::asio::io_context& io) : changed_(io) {}

    std::map<std::string, int> counts{{"web", 2}, {"worker", 1}};
    std::vector<std::string> commands; // the commands that came, such as "stop web.1"
    bool ready = true;                 // goals are reached

    void notify() { changed_.notify(); }

    core::api::status_view status() const override
    {
        core::api::status_view s;
        s.version = "0.1.0";
        s.app = "shop";
        s.root = "/srv/shop";
        s.socket = "/srv/shop/.procd/procd.sock";
        s.pid = 4711;
        s.state = "running";
        s.verb = "up";
        s.containment = "process id";
        s.containment_reason = "no cgroup here";
        s.router = core::api::router_view{"running", 4712, {"127.0.0.1:8080"}, {}};
        s.total.types = static_cast<int>(counts.size());
        return s;
    }
    core::api::outcome<std::vector<core::api::process_view>>
    processes(std::optional<std::string> type, usage wanted) const override
    {
        std::vector<core::api::process_view> all;
        if (type && !counts.contains(*type))
            return unknown(*type);
        for (auto const& [name, count] : counts)
            for (int n = 1; n <= count && (!type || *type == name); ++n)
                all.push_back(view(name, n));
        for (auto& each : all)
            if (wanted == usage::left_out)
                each.cpu_millicores = each.memory_bytes = std::nullopt;
        return all;
    }
    core::api::outcome<core::api::process_detail>
    describe(core::process_id const& id) const override
    {
        auto const found = counts.find(id.type);
        if (found == counts.end() || id.instance > found->second)
            return unknown(id.str());
        core::api::process_detail d;
        d.process = view(id.type, id.instance);
        d.command = "bin/" + id.type;
        d.args = {"/bin/sh", "-c", "exec bin/" + id.type};
        d.cwd = "/srv/shop";
        d.user = "shop";
        d.cgroup = "/sys/fs/cgroup/procd/web.1";
        d.listening = true;
        d.next_attempt = started;
        d.last =
            core::api::last_exit{"exited with code 3", 3, "SIGKILL", false, started, 1500, {"bye"}};
        d.stop_timeout_ms = 30'000;
        d.stop_signal = "SIGTERM";
        d.restart = "on-failure";
        d.routing = routing_of_web();
        return d;
    }
    core::api::outcome<std::vector<core::api::type_view>>
    types(std::optional<std::string> type) const override
    {
        std::vector<core::api::type_view> all;
        if (type && !counts.contains(*type))
            return unknown(*type);
        for (auto const& [name, count] : counts)
            if (!type || *type == name)
                all.push_back({name, "v1", "bin/" + name, count, count, count, count, started});
        return all;
    }
    std::map<std::string, int> formation() const override { return counts; }
    core::api::outcome<procd::control::selector> find(std::string const& name) const override
    {
        if (counts.contains(name))
            return procd::control::selector{name, {}};
        auto const id = core::parse_process_id(name);
        if (id && counts.contains(id->type) && id->instance <= counts.at(id->type))
            return procd::control::selector{id->type, id->instance};
        return unknown(name);
    }

    core::api::outcome<goal> scale(std::vector<procfile::change> const& changes) override
    {
        auto next = procfile::apply(changes, counts);
        if (!next)
            return procd::control::make_problem(next.error().unknown_type ? 404 : 422,
                                                next.error().message);
        counts = std::move(*next);
        return note("scale", {});
    }
    core::api::outcome<goal> restart(std::vector<procd::control::selector> const& what) override
    {
        return note("restart", what);
    }
    core::api::outcome<goal> remove(std::vector<procd::control::selector> const& what) override
    {
        return note("delete", what);
    }
    core::api::outcome<goal> stop(std::vector<procd::control::selector> const& what) override
    {
        return note("stop", what);
    }
    core::api::outcome<goal> start(std::vector<procd::control::selector> const& what) override
    {
        return note("start", what);
    }
    core::api::outcome<goal> wait_ready(procd::control::selector const& what) override
    {
        return note("wait", {what});
    }
    core::api::outcome<void> signal(core::process_id const& id, int number) override
    {
        commands.push_back("signal " + id.str() + " " + std::to_string(number));
        return {};
    }
    core::api::outcome<std::shared_ptr<procd::process::exec_session>>
    exec(core::process_id const& id, procd::process::exec_request) override
    {
        return unknown(id.str());
    }
    std::vector<core::api::release_view> releases() const override { return {release()}; }
    core::api::outcome<core::api::release_detail> release(std::string const& name) const override
    {
        if (name != "v2")
            return procd::control::make_problem(404, "no release '" + name + "'");
        return core::api::release_detail{
            release(), "/srv/shop", {{"web", "bin/web"}}, {"SECRET_KEY"}};
    }
    core::api::outcome<core::api::release_plan> plan_reload(core::api::losses) const override
    {
        return core::api::release_plan{"v3", release().changes, {}};
    }
    core::api::outcome<goal> reload(core::api::losses) override { return note("reload", {}); }
    core::api::outcome<goal> rollback(std::string const& name) override
    {
        return note("rollback " + name, {});
    }
    core::api::outcome<core::api::type_detail> describe_type(std::string const& type) const override
    {
        auto const all = types(type);
        if (!all)
            return all.error();
        return core::api::type_detail{all->front(),         {"/bin/sh", "-c", "exec bin/web"},
                                      limits()[0],          probes(),
                                      autoscale_rules()[0], {"SECRET_KEY"},
                                      routing_of_web()};
    }
    std::vector<core::api::limits_view> limits() const override
    {
        return {{"web", 0.5, 1.0, 512u << 20, std::nullopt, false, "there is no cgroup"}};
    }
    std::vector<core::api::probe_view> probes() const override
    {
        return {{"web", "readiness", "tcp-socket port=5000"}};
    }
    core::api::outcome<goal> set_limits(std::string const& type,
                                        core::limits_override const& limits) override
    {
        return note("limits " + type + (limits.memory ? " memory" : ""), {});
    }
    core::api::outcome<goal> set_probes(std::string const& type,
                                        probes_change const& probes) override
    {
        return note("probes " + type + ' ' + std::to_string(probes.size()), {});
    }
    std::vector<core::api::autoscale_view> autoscale_rules() const override
    {
        return {{"web", 1, 8, 75}};
    }
    core::api::outcome<std::vector<core::api::decision_view>>
    autoscale_decisions(std::string const& type) const override
    {
        if (!counts.contains(type))
            return unknown(type);
        core::api::decision_view d;
        d.time = started;
        d.condition = "SucceededRescale";
        d.reason = "CPU use is above the target";
        d.utilization = 200;
        d.requests = 2.5;
        d.decided_by = "cpu";
        return std::vector{d, core::api::decision_view{}};
    }
    core::api::outcome<goal> set_autoscale(std::string const& type,
                                           core::autoscale::rule const& rule) override
    {
        if (!counts.contains(type))
            return unknown(type);
        return note("autoscale " + type + ' ' + std::to_string(rule.min) + ' ' +
                        std::to_string(rule.max) + ' ' + core::autoscale::target_text(rule),
                    {});
    }
    core::api::outcome<goal> unset_autoscale(std::string const& type) override
    {
        return note("no autoscale " + type, {});
    }
    // The figures of the front port have come.
    bool figures = true;
    core::api::outcome<routing_answer> routing(std::optional<std::string> type) override
    {
        if (type && !counts.contains(*type))
            return unknown(*type);
        return routing_answer{[this] { return figures; },
                              [this] {
                                  auto v = routing_of_web();
                                  if (figures)
                                      v.in_flight = 7;
                                  return std::vector{v};
                              }};
    }
    core::api::outcome<goal> set_routing(std::vector<core::routing_change> const& changes) override
    {
        std::string text = "routing";
        for (auto const& c : changes) {
            if (!counts.contains(c.type))
                return unknown(c.type);
            text += ' ' + c.type;
            if (c.paused)
                text += *c.paused ? " pause" : " resume";
            if (c.disabled)
                text += *c.disabled ? " disable" : " enable";
        }
        return note(std::move(text), {});
    }
    void shutdown() override
    {
        commands.push_back("shutdown");
        notify();
    }
    boost::asio::awaitable<void> changed() override { co_await changed_.wait(); }

private:
    static constexpr core::wall_time started{std::chrono::seconds(1'795'419'000)};

    static core::api::routing_view routing_of_web()
    {
        core::api::routing_view v;
        v.type = "web";
        v.listen = {"127.0.0.1:8080"};
        v.ready = v.wanted = 2;
        return v;
    }
    static core::api::release_view release()
    {
        return {"v2", "reload", started, true, false, {{"web", "changed", {"env", "command"}}}};
    }
    static core::api::problem unknown(std::string const& name)
    {
        return procd::control::make_problem(404, "no process type '" + name + "'");
    }
    core::api::process_view view(std::string const& type, int n) const
    {
        core::api::process_view v;
        v.name = type + "." + std::to_string(n);
        v.type = type;
        v.instance = n;
        v.state = ready ? "up" : "starting";
        v.ready = ready;
        v.incarnation = 1;
        v.started_at = started;
        v.pid = 1000 + n;
        v.port = 5000 + n;
        v.cpu_millicores = 12;
        v.memory_bytes = 8'388'608;
        return v;
    }
    goal note(std::string text, std::vector<procd::control::selector> const& what)
    {
        for (auto const& one : what)
            text += " " + one.type + (one.instance ? "." + std::to_string(*one.instance) : "");
        commands.push_back(std::move(text));
        return {[this] {
            core::api::progress p;
            p.done = p.ok = ready;
            p.processes = processes(std::nullopt, usage::measured).value();
            p.message = ready ? "done" : "0 of 3 up";
            return p;
        }};
    }

    procd::loop::condition changed_;
};

} // namespace tests
