#include "supervisor/ctl/views.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/core/probe_text.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/table.hpp"

#include <algorithm>
#include <tuple>

namespace ctl {

using core::api::event;
using core::api::process_view;
using core::api::status_view;
using core::api::type_view;

namespace {

constexpr char const* absent = "-";

template <class Number>
std::string number_text(std::optional<Number> const& n)
{
    return n ? std::to_string(*n) : absent;
}

row process_row(process_view const& p, bool wide)
{
    row r{p.name,
          p.release,
          p.state,
          p.type,
          p.ready ? "1/1" : "0/1",
          std::to_string(p.restarts),
          time_text(p.started_at)};
    if (wide) {
        r.push_back(number_text(p.pid));
        r.push_back(number_text(p.port));
        r.push_back(p.cpu_millicores ? std::to_string(*p.cpu_millicores) + "m" : absent);
        r.push_back(p.memory_bytes ? size_text(*p.memory_bytes) : absent);
    }
    return r;
}

std::string fraction_text(int part, int whole)
{
    return std::to_string(part) + "/" + std::to_string(whole);
}

} // namespace

namespace {

// "cpu 1, memory 1Gi (not enforced: …)"
std::string limits_words(core::api::limits_view const& l)
{
    std::string text;
    auto const add = [&](std::string const& words) { text += (text.empty() ? "" : ", ") + words; };
    if (l.cpu)
        add("cpu " + core::cores_text(*l.cpu));
    if (l.memory)
        add("memory " + core::size_text(*l.memory));
    if (l.open_files)
        add("open files " + std::to_string(*l.open_files));
    if (l.reason)
        text += " (not enforced: " + without_controls(*l.reason) + ")";
    return text;
}

} // namespace

std::string time_text(std::optional<core::wall_time> const& t)
{
    if (!t)
        return absent;
    auto text = core::iso_text(*t);
    text.pop_back(); // the Z
    return text + "UTC";
}

std::string size_text(std::uint64_t bytes)
{
    constexpr std::uint64_t step = 1024;
    constexpr std::string_view units = "KMGT";
    if (bytes < step)
        return std::to_string(bytes) + "B";
    std::uint64_t unit = step;
    std::size_t i = 0;
    while (bytes / unit >= step && i + 1 < units.size()) {
        unit *= step;
        ++i;
    }
    auto const tenths = bytes % unit * 10 / unit;
    return std::to_string(bytes / unit) + "." + std::to_string(tenths) + units[i];
}

std::string processes_text(std::vector<process_view> processes, bool wide)
{
    std::stable_sort(processes.begin(), processes.end(), [](auto const& a, auto const& b) {
        return std::tie(a.type, a.instance) < std::tie(b.type, b.instance);
    });
    std::vector<row> rows{{"NAME", "RELEASE", "STATE", "PTYPE", "READY", "RESTARTS", "STARTED"}};
    if (wide)
        for (char const* more : {"PID", "PORT", "CPU", "MEM"})
            rows.front().emplace_back(more);
    for (auto const& p : processes)
        rows.push_back(process_row(p, wide));
    return table_text(rows);
}

std::string types_text(std::vector<type_view> types)
{
    std::stable_sort(types.begin(), types.end(),
                     [](auto const& a, auto const& b) { return a.name < b.name; });
    std::vector<row> rows{{"NAME", "RELEASE", "READY", "UP-TO-DATE", "AVAILABLE", "STARTED"}};
    for (auto const& t : types)
        rows.push_back({t.name, t.release, fraction_text(t.ready, t.wanted),
                        std::to_string(t.up_to_date), std::to_string(t.available),
                        time_text(t.started_at)});
    return table_text(rows);
}

void add_settings(std::vector<row>& rows, core::api::limits_view const& limits,
                  std::vector<core::api::probe_view> const& probes)
{
    rows.push_back({"Requests:", "cpu " + core::cores_text(limits.request)});
    auto const words = limits_words(limits);
    rows.push_back({"Limits:", words.empty() ? absent : words});
    for (auto const& probe : probes) {
        auto kind = probe.kind;
        kind.front() = static_cast<char>(kind.front() - 'a' + 'A');
        rows.push_back({kind + ":", without_controls(probe.probe)});
    }
}

std::string describe_text(core::api::type_detail const& d)
{
    auto const& t = d.type;
    std::string args, variables;
    for (auto const& word : d.args)
        args += (args.empty() ? "" : " ") + quoted(word);
    for (auto const& name : d.variables)
        variables += (variables.empty() ? "" : ", ") + name;
    std::vector<row> rows{{"Type:", t.name},
                          {"Command:", without_controls(t.command)},
                          {"Args:", args},
                          {"Release:", t.release},
                          {"Ready:", fraction_text(t.ready, t.wanted)},
                          {"Up To Date:", std::to_string(t.up_to_date)},
                          {"Available:", std::to_string(t.available)},
                          {"Started:", time_text(t.started_at)}};
    add_settings(rows, d.limits, d.probes);
    if (d.autoscale)
        rows.push_back({"Autoscale:", std::to_string(d.autoscale->min) + " to " +
                                          std::to_string(d.autoscale->max) + " at " +
                                          std::to_string(d.autoscale->cpu_percent) + "% CPU"});
    rows.push_back({"Variables:", variables.empty() ? absent : without_controls(variables)});
    return table_text(rows);
}

std::string limits_text(std::vector<core::api::limits_view> const& limits)
{
    std::vector<row> rows{{"PTYPE", "REQUEST", "CPU", "MEMORY", "OPEN FILES", "ENFORCED"}};
    for (auto const& l : limits)
        rows.push_back({l.type, core::cores_text(l.request),
                        l.cpu ? core::cores_text(*l.cpu) : absent,
                        l.memory ? core::size_text(*l.memory) : absent, number_text(l.open_files),
                        l.reason                            ? "no: " + without_controls(*l.reason)
                        : l.cpu || l.memory || l.open_files ? "yes"
                                                            : absent});
    return table_text(rows);
}

std::string probes_text(std::vector<core::api::probe_view> const& probes)
{
    std::vector<row> rows{{"PTYPE", "KIND", "PROBE"}};
    for (auto const& p : probes)
        rows.push_back({p.type, p.kind, without_controls(p.probe)});
    return table_text(rows);
}

std::string status_text(status_view const& s, core::wall_time now)
{
    auto const up = std::chrono::duration_cast<std::chrono::milliseconds>(now - s.started_at);
    auto held = s.containment;
    if (s.containment_reason)
        held += " (" + without_controls(*s.containment_reason) + ")";
    auto const& t = s.total;
    return table_text(
        {{"App:", without_controls(s.app)},
         {"Root:", without_controls(s.root)},
         {"Socket:", without_controls(s.socket)},
         {"Release:", s.release},
         {"State:", s.state},
         {"Version:", "procd " + s.version + " (" + s.verb + ")"},
         {"PID:", std::to_string(s.pid)},
         {"Started:", time_text(s.started_at)},
         {"Uptime:", core::duration_text(up)},
         {"Containment:", held},
         {"Types:", std::to_string(t.types)},
         {"Processes:", std::to_string(t.wanted) + " wanted, " + std::to_string(t.running) +
                            " running, " + std::to_string(t.ready) + " ready"},
         {"Restarts:", std::to_string(t.restarts)},
         {"Log Lines:",
          std::to_string(t.log_lines) + " seen, " + std::to_string(t.log_dropped) + " dropped"}});
}

std::string changes_text(std::vector<core::api::change_view> const& changes)
{
    std::string text;
    for (auto const& c : changes) {
        std::string fields;
        for (auto const& field : c.fields)
            fields += (fields.empty() ? "" : ", ") + field;
        text += without_controls(c.type + ": " + (fields.empty() ? c.what : fields)) + "\n";
    }
    return text;
}

namespace {

std::string release_state(core::api::release_view const& r)
{
    return r.current ? "current" : r.failed ? "failed" : absent;
}

} // namespace

std::string releases_text(std::vector<core::api::release_view> const& releases)
{
    std::vector<row> rows{{"RELEASE", "STATE", "CREATED", "REASON"}};
    for (auto const& r : releases)
        rows.push_back(
            {r.name, release_state(r), time_text(r.created_at), without_controls(r.reason)});
    return table_text(rows);
}

std::string describe_text(core::api::release_detail const& d)
{
    std::string variables;
    for (auto const& name : d.variables)
        variables += (variables.empty() ? "" : ", ") + name;
    auto text =
        table_text({{"Release:", d.release.name},
                    {"State:", release_state(d.release)},
                    {"Created:", time_text(d.release.created_at)},
                    {"Reason:", without_controls(d.release.reason)},
                    {"Root:", without_controls(d.root)},
                    {"Variables:", variables.empty() ? absent : without_controls(variables)}});
    text += "Commands:\n";
    std::vector<row> rows;
    for (auto const& [type, command] : d.commands)
        rows.push_back({"    " + type + ":", without_controls(command)});
    text += table_text(rows);
    if (d.release.changes.empty())
        return text;
    text += "Changes:\n";
    for (auto const& c : d.release.changes)
        text += "    " + changes_text({c});
    return text;
}

std::string autoscale_text(std::vector<core::api::autoscale_view> const& rules)
{
    std::vector<row> rows{{"PTYPE", "PERCENT", "MIN", "MAX"}};
    for (auto const& r : rules)
        rows.push_back(
            {r.type, std::to_string(r.cpu_percent), std::to_string(r.min), std::to_string(r.max)});
    return table_text(rows);
}

namespace {

// "200% of request (4000m of 2000m, 2 ready), target 50%: 8, limited to 4"
std::string working_text(core::api::decision_view const& d)
{
    if (!d.utilization)
        return {};
    auto text = "; " + std::to_string(*d.utilization) + "% of request (" +
                std::to_string(d.usage_millicores) + "m of " +
                std::to_string(d.request_millicores) + "m, " + std::to_string(d.ready) + " ready";
    if (d.unready > 0)
        text += ", " + std::to_string(d.unready) + " unready";
    if (d.missing > 0)
        text += ", " + std::to_string(d.missing) + " without metrics";
    text += "), target " + std::to_string(d.target_percent) + "%";
    if (d.rebalanced)
        text += ", " + std::to_string(*d.rebalanced) + "% with those";
    if (d.raw)
        text += ": " + std::to_string(*d.raw);
    if (d.proposed && d.proposed != d.raw)
        text += ", limited to " + std::to_string(*d.proposed);
    return text;
}

} // namespace

std::string decisions_text(std::vector<core::api::decision_view> const& decisions)
{
    constexpr std::size_t widest_condition = 18;
    std::string text;
    for (auto const& d : decisions) {
        auto condition = d.condition;
        condition.resize(std::max(condition.size(), widest_condition), ' ');
        auto const counts = d.from == d.to ? std::to_string(d.from)
                                           : std::to_string(d.from) + " -> " + std::to_string(d.to);
        text += core::iso_text_ms(d.time) + "  " + condition + "  " + counts + ": " +
                without_controls(d.reason) + working_text(d) + "\n";
    }
    return text;
}

std::string event_text(event const& e)
{
    constexpr std::size_t usual_kind = 10;
    auto kind = e.kind;
    kind.resize(std::max(kind.size(), usual_kind), ' ');
    return core::iso_text_ms(e.time) + "  " + kind + "  " + without_controls(e.message) + "\n";
}

} // namespace ctl
