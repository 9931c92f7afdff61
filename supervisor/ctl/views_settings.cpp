// The views of limits, probes and autoscaling.
#include "supervisor/core/probe_text.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/view_text.hpp"
#include "supervisor/ctl/views.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace ctl {

namespace {

// Limits in words: "cpu 1, memory 1Gi (not enforced: …)".
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

// The processes that were counted, beside the ready ones: ", 1 unready".
std::string others_text(core::api::decision_view const& d)
{
    std::string text;
    if (d.unready > 0)
        text += ", " + std::to_string(d.unready) + " unready";
    if (d.missing > 0)
        text += ", " + std::to_string(d.missing) + " without metrics";
    return text;
}

// "; 200% of request (4000m of 2000m, 2 ready), target 50%: 8"
std::string cpu_text(core::api::decision_view const& d)
{
    if (!d.utilization)
        return {};
    auto text = "; " + std::to_string(*d.utilization) + "% of request (" +
                std::to_string(d.usage_millicores) + "m of " +
                std::to_string(d.request_millicores) + "m, " + std::to_string(d.ready) + " ready" +
                others_text(d) + "), target " + number_text(d.target_percent) + "%";
    if (d.rebalanced)
        text += ", " + std::to_string(*d.rebalanced) + "% with those";
    auto const count = d.target_concurrency ? d.cpu_count : d.raw;
    return count ? text + ": " + std::to_string(*count) : text;
}

// One digit behind the point, where it is not 0: "12", "2.5".
std::string tenths_text(double number)
{
    auto const tenths = std::llround(number * 10);
    auto const text = std::to_string(tenths / 10);
    return tenths % 10 == 0 ? text : text + '.' + std::to_string(tenths % 10);
}

// "; requests in flight: 24 (2 ready, 12 each), target 10 each: 3"
std::string concurrency_text(core::api::decision_view const& d)
{
    if (!d.requests)
        return {};
    int const ready = d.ready + d.missing;
    auto text = "; requests in flight: " + tenths_text(*d.requests) + " (" + std::to_string(ready) +
                " ready";
    if (ready > 0)
        text += ", " + tenths_text(*d.requests / ready) + " each";
    if (d.unready > 0)
        text += ", " + std::to_string(d.unready) + " unready";
    text += "), target " + number_text(d.target_concurrency) + " each";
    return d.concurrency_count ? text + ": " + std::to_string(*d.concurrency_count) : text;
}

// The arithmetic of a decision: that of each metric, then the metric that decides if there are two,
// and the limit: "; decided by cpu, limited to 4".
std::string working_text(core::api::decision_view const& d)
{
    auto text = cpu_text(d) + concurrency_text(d);
    if (d.decided_by && d.target_percent && d.target_concurrency)
        text += "; decided by " + without_controls(*d.decided_by);
    if (d.proposed && d.proposed != d.raw)
        text += ", limited to " + std::to_string(*d.proposed);
    return text;
}

} // namespace

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

std::string autoscale_text(std::vector<core::api::autoscale_view> const& rules)
{
    bool const by_requests =
        std::any_of(rules.begin(), rules.end(), [](auto const& r) { return r.concurrency; });
    auto const row_of = [&](std::string type, std::string percent, std::string requests,
                            std::string min, std::string max) {
        row made{std::move(type), std::move(percent)};
        if (by_requests)
            made.push_back(std::move(requests));
        made.insert(made.end(), {std::move(min), std::move(max)});
        return made;
    };
    std::vector<row> rows{row_of("PTYPE", "PERCENT", "CONCURRENCY", "MIN", "MAX")};
    for (auto const& r : rules)
        rows.push_back(row_of(r.type, number_text(r.cpu_percent), number_text(r.concurrency),
                              std::to_string(r.min), std::to_string(r.max)));
    return table_text(rows);
}

std::string decisions_text(std::vector<core::api::decision_view> const& decisions)
{
    constexpr std::size_t widest_condition = 18;
    std::string text;
    for (auto const& d : decisions) {
        auto condition = d.condition;
        condition.resize(std::max(condition.size(), widest_condition), ' ');
        auto const counts = d.from == d.to ? std::to_string(d.from)
                                           : std::to_string(d.from) + " -> " + std::to_string(d.to);
        text += core::iso_text_ms(d.time) + "  ";
        text += condition + "  ";
        text += counts + ": " + without_controls(d.reason) + working_text(d) + "\n";
    }
    return text;
}

} // namespace ctl
