// `ps:describe`: everything about one process.
#include "supervisor/core/duration.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/table.hpp"
#include "supervisor/ctl/views.hpp"

#include <algorithm>
#include <chrono>

namespace ctl {

using core::api::last_exit;
using core::api::process_detail;

std::string quoted(std::string const& word)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_-+=:,./@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string out = "'";
    for (char const c : word)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return without_controls(out + "'");
}

namespace {

std::string words(std::vector<std::string> const& all)
{
    std::string text;
    for (auto const& word : all)
        text += (text.empty() ? "" : " ") + quoted(word);
    return text;
}

std::string span_text(std::uint64_t ms)
{
    return core::duration_text(std::chrono::milliseconds(ms));
}

std::string port_text(process_detail const& d)
{
    if (!d.process.port)
        return "-";
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
    std::vector<row> rows{{"Container:", p.name},
                          {"Command:", without_controls(d.command)},
                          {"Args:", words(d.args)},
                          {"State:", p.state},
                          {"  startedAt:", time_text(p.started_at)}};
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
    rows.push_back({"PID:", p.pid ? std::to_string(*p.pid) : "-"});
    rows.push_back({"Port:", port_text(d)});
    if (p.cpu_millicores)
        rows.push_back({"CPU:", std::to_string(*p.cpu_millicores) + "m"});
    if (p.memory_bytes)
        rows.push_back({"Memory:", size_text(*p.memory_bytes)});
    add_settings(rows, d.limits, d.probes);
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
    return text;
}

} // namespace ctl
