#include "supervisor/ctl/views.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/view_text.hpp"

#include <algorithm>
#include <tuple>

namespace ctl {

using core::api::event;
using core::api::process_view;
using core::api::status_view;
using core::api::type_view;

namespace {

row process_row(process_view const& p, columns shown)
{
    row r{p.name,
          p.release,
          p.state,
          p.type,
          p.ready ? "1/1" : "0/1",
          std::to_string(p.restarts),
          time_text(p.started_at)};
    if (shown == columns::wide) {
        r.push_back(number_text(p.pid));
        r.push_back(number_text(p.port));
        r.push_back(p.cpu_millicores ? std::to_string(*p.cpu_millicores) + "m" : absent);
        r.push_back(p.memory_bytes ? size_text(*p.memory_bytes) : absent);
    }
    return r;
}

} // namespace

std::string processes_text(std::vector<process_view> processes, columns shown)
{
    std::stable_sort(processes.begin(), processes.end(), [](auto const& a, auto const& b) {
        return std::tie(a.type, a.instance) < std::tie(b.type, b.instance);
    });
    std::vector<row> rows{{"NAME", "RELEASE", "STATE", "PTYPE", "READY", "RESTARTS", "STARTED"}};
    if (shown == columns::wide)
        for (char const* more : {"PID", "PORT", "CPU", "MEM"})
            rows.front().emplace_back(more);
    for (auto const& p : processes)
        rows.push_back(process_row(p, shown));
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

std::string status_text(status_view const& s, core::wall_time now)
{
    auto const up = std::chrono::duration_cast<std::chrono::milliseconds>(now - s.started_at);
    auto held = s.containment;
    if (s.containment_reason)
        held += " (" + without_controls(*s.containment_reason) + ")";
    auto const& t = s.total;
    auto const off =
        s.off.empty() ? "" : " (off: " + without_controls(list_text(s.off, ", ")) + ")";
    auto rows = std::vector<row>(
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
         {"Types:", std::to_string(t.types) + off},
         {"Processes:", std::to_string(t.wanted) + " wanted, " + std::to_string(t.running) +
                            " running, " + std::to_string(t.ready) + " ready"},
         {"Restarts:", std::to_string(t.restarts)},
         {"Log Lines:",
          std::to_string(t.log_lines) + " seen, " + std::to_string(t.log_dropped) + " dropped"}});
    if (s.router)
        add_router(rows, *s.router);
    if (s.files_problem)
        rows.push_back({"Files:", "cannot be used (" + without_controls(*s.files_problem) + "); " +
                                      s.release + " runs, as it was kept"});
    if (s.not_kept)
        rows.push_back({"Not Kept:", "the last changes (" + without_controls(*s.not_kept) +
                                         "); procd tries again"});
    return table_text(rows);
}

std::string event_text(event const& e)
{
    constexpr std::size_t usual_kind = 10;
    auto kind = e.kind;
    kind.resize(std::max(kind.size(), usual_kind), ' ');
    return core::iso_text_ms(e.time) + "  " + kind + "  " + without_controls(e.message) + "\n";
}

} // namespace ctl
