// The front port, for clients.
#include "supervisor/daemon/app_api.hpp"
#include "supervisor/daemon/routing_views.hpp"
#include "supervisor/formation/rotation.hpp"

#include <memory>
#include <utility>

namespace procd::daemon {

using core::api::outcome;
using core::api::problem;

// The reason why nobody can look at the type's requests, or pause or disable them.
std::optional<problem> app_api::no_routing(std::string const& type, routing_use as) const
{
    auto const* const t = formation_.find(type);
    if (t == nullptr)
        return formation_.unknown(type);
    if (!has_front_port(*t))
        return problem{409, "No front port",
                       type + " has no front port; give it one with listen = \"8080\" in [types." +
                           type + "] of procd.toml, and procctl reload"};
    if (as == routing_use::change && !formation::is_fronted(*t))
        return problem{409, "No router",
                       "the processes of " + type +
                           " accept their clients themselves (share = \"listen_fds\"), so nobody "
                           "can hold or refuse requests for them; procctl stop " +
                           type + " ends the processes"};
    return std::nullopt;
}

outcome<control::control_api::routing_answer> app_api::routing(std::optional<std::string> type)
{
    if (type)
        if (auto const no = no_routing(*type, routing_use::look))
            return *no;
    auto const question = boss_.front().question();
    return routing_answer{[this, question] {
                              auto const& answer = boss_.front().last_answer();
                              return !question || boss_.front().pid() < 0 ||
                                     (answer && answer->question >= *question);
                          },
                          [this, type, question] {
                              return routing_views(formation_, boss_.front(), type, question);
                          }};
}

// The settings count at once; the goal is reached when the router acts by them, too. A router that
// does not run begins with them.
outcome<control::control_api::goal>
app_api::set_routing(std::vector<core::routing_change> const& changes)
{
    if (auto const no = refusal())
        return *no;
    for (auto const& c : changes)
        if (auto const no = no_routing(c.type, routing_use::change))
            return *no;
    std::vector<std::string> names, notes;
    for (auto const& c : changes) {
        auto const before = formation_.find(c.type)->routing;
        for (auto& note : core::notes_of(c, before))
            notes.push_back(std::move(note));
        formation_.set_routing(c.type, core::changed(before, c));
        names.push_back(c.type);
    }
    auto const picture = std::make_shared<std::optional<std::uint64_t>>();
    auto look = [this, names, picture] { return routing_progress(names, *picture); };
    return warned(kept(std::move(look)), std::move(notes));
}

core::api::progress app_api::routing_progress(std::vector<std::string> const& names,
                                              std::optional<std::uint64_t>& picture)
{
    auto& front = boss_.front();
    bool const runs = front.pid() >= 0;
    if (runs && !picture)
        picture = front.picture_of_routing();
    core::api::progress p;
    p.done = p.ok = !runs || (picture && front.has_taken_up(*picture));
    if (!p.done) {
        p.message = "the router (pid " + std::to_string(front.pid()) +
                    ") has not taken it up yet, and will once it can";
        return p;
    }
    for (auto const& name : names)
        if (auto const* const t = formation_.find(name))
            p.message += (p.message.empty() ? "" : "\n") +
                         core::summary_of(name, t->routing, routing_state(*t, formation_, front));
    return p;
}

} // namespace procd::daemon
