#include "supervisor/core/release.hpp"

#include <algorithm>
#include <charconv>

namespace core {

using procfile::probe_kind;
using procfile::type_change;

std::string release_name(int number)
{
    return 'v' + std::to_string(number);
}

std::optional<int> parse_release_name(std::string_view text)
{
    if (!text.starts_with('v') || text.size() < 2 || text[1] == '0')
        return std::nullopt;
    int number = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data() + 1, end, number);
    if (error != std::errc{} || stop != end || number < 1)
        return std::nullopt;
    return number;
}

namespace {

std::optional<procfile::probe_settings>& probe_of(procfile::type_settings& s, probe_kind kind)
{
    switch (kind) {
    case probe_kind::readiness:
        return s.readiness;
    case probe_kind::liveness:
        return s.liveness;
    case probe_kind::startup:
        break;
    }
    return s.startup;
}

std::optional<procfile::probe_settings> const& probe_of(procfile::type_settings const& s,
                                                        probe_kind kind)
{
    return probe_of(const_cast<procfile::type_settings&>(s), kind);
}

void apply(type_override const& set, procfile::type_settings& to)
{
    if (set.limits) {
        to.cpu = set.limits->request;
        to.limits.cpu = set.limits->cpu;
        to.limits.memory = set.limits->memory;
    }
    for (auto const& [kind, probe] : set.probes)
        probe_of(to, kind) = probe;
}

bool same_limits(procfile::type_settings const& a, procfile::type_settings const& b)
{
    return a.cpu == b.cpu && a.limits.cpu == b.limits.cpu && a.limits.memory == b.limits.memory;
}

} // namespace

procfile::parsed_app content(procfile::app_files const& files, overrides const& set)
{
    auto made = procfile::merge(files);
    for (auto& type : made.spec.types)
        if (auto const found = set.find(type.name); found != set.end())
            apply(found->second, type.settings);
    return made;
}

overrides surviving(overrides const& set, procfile::app_spec const& before,
                    procfile::app_spec const& after)
{
    overrides kept;
    for (auto const& [name, old] : set) {
        auto const* const was = before.find(name);
        auto const* const is = after.find(name);
        if (!was || !is)
            continue; // the settings of a type go away with it
        type_override left;
        if (old.limits && same_limits(was->settings, is->settings))
            left.limits = old.limits;
        for (auto const& [kind, probe] : old.probes)
            if (probe_of(was->settings, kind) == probe_of(is->settings, kind))
                left.probes[kind] = probe;
        if (!left.empty())
            kept[name] = std::move(left);
    }
    return kept;
}

std::vector<type_change> difference(procfile::app_spec const& before,
                                    std::string const& root_before, procfile::app_spec const& after,
                                    std::string const& root_after)
{
    auto changes = procfile::difference(before, after);
    if (root_before == root_after)
        return changes;
    for (auto const& type : after.types) {
        auto const known = std::find_if(changes.begin(), changes.end(),
                                        [&](auto const& c) { return c.type == type.name; });
        if (known == changes.end())
            changes.push_back({type_change::kind::changed, type.name, {"root"}});
        else if (known->action == type_change::kind::changed)
            known->fields.insert(known->fields.begin(), "root");
    }
    return changes;
}

bool needs_restart(type_change const& change)
{
    // The settings of the router do not concern the processes behind it. The sockets that processes
    // get themselves are the field "listen_fds".
    constexpr std::string_view without[] = {
        "count", "autoscale",   "after", "rollout",       "watch", "listen", "protocol",
        "share", "concurrency", "queue", "queue_timeout", "hold",  "drain",  "hosts"};
    bool const of_app = change.type.starts_with('['); // a table of procd.toml that has no processes
    return change.action == type_change::kind::changed && !of_app &&
           std::any_of(change.fields.begin(), change.fields.end(), [&](std::string const& field) {
               return std::find(std::begin(without), std::end(without), field) == std::end(without);
           });
}

bool makes_release(type_change const& change)
{
    return change.action != type_change::kind::changed || needs_restart(change);
}

std::string describe(type_change const& change)
{
    switch (change.action) {
    case type_change::kind::added:
        return change.type + ": added";
    case type_change::kind::removed:
        return change.type + ": removed";
    case type_change::kind::changed:
        break;
    }
    std::string text;
    for (auto const& field : change.fields)
        text += (text.empty() ? "" : ", ") + field;
    return change.type + ": " + text;
}

std::string describe(std::vector<type_change> const& changes)
{
    std::string text;
    for (auto const& c : changes)
        text += (text.empty() ? "" : "; ") + describe(c);
    return text;
}

} // namespace core
