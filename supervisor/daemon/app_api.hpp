// The questions and commands of clients, answered by those who own the parts. A command is
// validated whole, then carried out, then waited for by a goal that looks at the facts again.
#pragma once

#include "supervisor/control/control_api.hpp"
#include "supervisor/daemon/supervisor.hpp"

namespace procd::daemon {

class app_api final : public control::control_api {
public:
    app_api(process::services& with, supervisor& boss);

    core::api::status_view status() const override;
    core::api::outcome<std::vector<core::api::process_view>>
    processes(std::optional<std::string> only, usage wanted) const override;
    core::api::outcome<core::api::process_detail>
    describe(core::process_id const& id) const override;
    core::api::outcome<std::vector<core::api::type_view>>
    types(std::optional<std::string> only) const override;
    std::map<std::string, int> formation() const override;
    core::api::outcome<core::selector> find(std::string const& name) const override;

    core::api::outcome<goal> scale(std::vector<procfile::change> const& changes) override;
    core::api::outcome<goal> restart(std::vector<core::selector> const& which) override;
    core::api::outcome<goal> remove(std::vector<core::selector> const& which) override;
    core::api::outcome<goal> stop(std::vector<core::selector> const& which) override;
    core::api::outcome<goal> start(std::vector<core::selector> const& which) override;
    core::api::outcome<goal> wait_ready(core::selector const& which) override;
    core::api::outcome<void> signal(core::process_id const& id, int number) override;
    core::api::outcome<std::shared_ptr<process::exec_session>>
    exec(core::process_id const& id, process::exec_request request) override;

    std::vector<core::api::release_view> releases() const override;
    core::api::outcome<core::api::release_detail> release(std::string const& name) const override;
    core::api::outcome<core::api::release_plan> plan_reload(core::api::losses may) const override;
    core::api::outcome<goal> reload(core::api::losses may) override;
    core::api::outcome<goal> rollback(std::string const& name) override;
    core::api::outcome<core::api::type_detail>
    describe_type(std::string const& type) const override;
    std::vector<core::api::limits_view> limits() const override;
    std::vector<core::api::probe_view> probes() const override;
    core::api::outcome<goal> set_limits(std::string const& type,
                                        core::limits_override const& limits) override;
    core::api::outcome<goal> set_probes(std::string const& type,
                                        probes_change const& probes) override;
    std::vector<core::api::autoscale_view> autoscale_rules() const override;
    core::api::outcome<std::vector<core::api::decision_view>>
    autoscale_decisions(std::string const& type) const override;
    core::api::outcome<goal> set_autoscale(std::string const& type,
                                           core::autoscale::rule const& rule) override;
    core::api::outcome<goal> unset_autoscale(std::string const& type) override;
    core::api::outcome<routing_answer> routing(std::optional<std::string> type) override;
    core::api::outcome<goal> set_routing(std::vector<core::routing_change> const& changes) override;
    void shutdown() override { boss_.shutdown(); }
    boost::asio::awaitable<void> changed() override;

private:
    // Why nothing may be changed now, if so.
    std::optional<core::api::problem> refusal() const;
    std::optional<core::api::problem> refusal(std::vector<core::selector> const& which) const;
    std::optional<core::api::problem>
    part_of_rollout(std::vector<core::selector> const& which) const;
    // The present state is kept, and the goal is done once the disk has it.
    goal kept(std::function<core::api::progress()> look);
    goal at_once(std::string message, std::vector<std::string> warnings);
    core::api::outcome<goal> waited_for(release::change::begun const& begun) const;
    // The goal with these warnings in its answers, and with those that `ask` finds once it is done.
    static goal warned(goal of, std::vector<std::string> warnings);
    static goal warned(goal of, std::function<std::vector<std::string>()> ask);
    // A warning when the files differ from the release that runs: what starts now takes nothing of
    // that up.
    std::vector<std::string> warnings_of_unread_files() const;
    std::vector<std::string> warnings_of_limits(std::string const& type) const;
    enum class routing_use { look, change };
    std::optional<core::api::problem> no_routing(std::string const& type, routing_use as) const;
    // The progress of a change of these types' routing: done when the router acts by it. `picture`
    // is the one that tells it, once that is made.
    core::api::progress routing_progress(std::vector<std::string> const& names,
                                         std::optional<std::uint64_t>& picture);

    process::services& with_;
    supervisor& boss_;
    formation::formation& formation_;
};

} // namespace procd::daemon
