// The descriptions of processes and types, as `ps:describe` and `pts:describe` print them.
#include "supervisor/core/duration.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/table.hpp"
#include "supervisor/ctl/view_text.hpp"
#include "supervisor/ctl/views.hpp"

#include <algorithm>
#include <chrono>

namespace ctl {

using core::api::last_exit;
using core::api::process_detail;

namespace {

std::string command_line(std::vector<std::string> words)
{
    for (auto& word : words)
        word = shell_quoted(word);
    return list_text(words, " ");
}

std::string span_text(std::uint64_t ms)
{
    return core::duration_text(std::chrono::milliseconds(ms));
}

std::string port_text(process_detail const& d)
{
    if (!d.process.port)
        return absent;
    auto text = std::to_string(*d.process.port);
    if (d.listening)
        text += *d.listening ? " (listening)" : " (not listening)";
    return text;
}

void add_last_exit(std::vector<row>& rows, last_exit const& e)
{
    rows.push_back({"Last State:", without_controls(e.description)});
    if (e.code)
        rows.push_back({"  exitCode:", std::to_string(*e.code)});
    if (e.signal)
        rows.push_back({"  signal:", *e.signal});
    rows.push_back({"  outOfMemory:", e.oom ? "true" : "false"});
    rows.push_back({"  finishedAt:", time_text(e.at)});
    rows.push_back({"  ranFor:", span_text(e.uptime_ms)});
}

std::string policy_text(process_detail const& d)
{
    if (d.max_restarts == 0)
        return d.restart;
    return d.restart + ", gives up after " + std::to_string(d.max_restarts) + " in a row";
}

} // namespace

std::string describe_text(process_detail const& d)
{
    auto const& p = d.process;
    std::vector<row> rows{{"Process:", p.name},
                          {"Command:", without_controls(d.command)},
                          {"Args:", command_line(d.args)},
                          {"State:", p.state},
                          {"  startedAt:", time_text(p.started_at)}};
    if (!d.waits_for.empty())
        rows.push_back({"  waitsFor:", without_controls(list_text(d.waits_for, ", "))});
    if (d.next_attempt)
        rows.push_back({"  nextAttempt:", time_text(d.next_attempt)});
    if (d.last)
        add_last_exit(rows, *d.last);
    rows.push_back(
        {"Ready:", (p.ready ? "true" : "false") +
                       (d.not_ready ? " (" + without_controls(*d.not_ready) + ')' : "")});
    rows.push_back({"Restart Count:", std::to_string(p.restarts)});
    rows.push_back({"Restart Policy:", policy_text(d)});
    rows.push_back(
        {"Stop:", d.stop_signal + ", then SIGKILL after " + span_text(d.stop_timeout_ms)});
    rows.push_back({"Release:", p.release});
    rows.push_back({"PID:", number_text(p.pid)});
    rows.push_back({"Port:", port_text(d)});
    if (p.cpu_millicores)
        rows.push_back({"CPU:", std::to_string(*p.cpu_millicores) + "m"});
    if (p.memory_bytes)
        rows.push_back({"Memory:", size_text(*p.memory_bytes)});
    add_settings(rows, d.limits, d.probes);
    if (d.routing)
        add_routing(rows, *d.routing);
    rows.push_back({"Directory:", without_controls(d.cwd)});
    if (d.user)
        rows.push_back({"User:", without_controls(*d.user)});
    if (d.cgroup)
        rows.push_back({"Cgroup:", without_controls(*d.cgroup)});
    auto text = table_text(rows);
    if (d.last && !d.last->last_lines.empty()) {
        text += "Last Lines:\n";
        for (auto const& line : d.last->last_lines)
            text += "    " + without_controls(line) + "\n";
    }
    if (!d.events.empty()) {
        text += "Events:\n";
        for (auto const& event : d.events)
            text += "    " + event_text(event);
    }
    return text;
}

namespace {

// "1 to 4 at 50% CPU and 10 requests per process"
std::string rule_text(core::api::autoscale_view const& r)
{
    auto text = std::to_string(r.min) + " to " + std::to_string(r.max) + " at ";
    if (r.cpu_percent)
        text += std::to_string(*r.cpu_percent) + "% CPU";
    if (r.concurrency)
        text += (r.cpu_percent ? " and " : "") + std::to_string(*r.concurrency) +
                (*r.concurrency == 1 ? " request" : " requests") + " per process";
    return text;
}

} // namespace

std::string describe_text(core::api::type_detail const& d)
{
    auto const& t = d.type;
    std::vector<row> rows{{"Type:", t.name},
                          {"Command:", without_controls(t.command)},
                          {"Args:", command_line(d.args)},
                          {"Release:", t.release},
                          {"Ready:", fraction_text(t.ready, t.wanted)},
                          {"Up To Date:", std::to_string(t.up_to_date)},
                          {"Available:", std::to_string(t.available)},
                          {"Started:", time_text(t.started_at)}};
    add_settings(rows, d.limits, d.probes);
    if (d.routing)
        add_routing(rows, *d.routing);
    if (d.autoscale)
        rows.push_back({"Autoscale:", rule_text(*d.autoscale)});
    rows.push_back({"Variables:", variables_text(d.variables)});
    return table_text(rows);
}

} // namespace ctl
