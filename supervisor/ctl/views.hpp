// The views: procd's answers as a person reads them.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/ctl/table.hpp"

#include <string>
#include <vector>

namespace ctl {

// Which columns the table of `ps` has: wide adds PID, PORT, CPU and MEM.
enum class columns { usual, wide };

// The tables of `ps` (sorted by type, then N) and `pts`.
std::string processes_text(std::vector<core::api::process_view> processes, columns shown);
std::string types_text(std::vector<core::api::type_view> types);

// Descriptions are rows of `NAME:  value`. Text that a child wrote is shown without control bytes.
std::string describe_text(core::api::process_detail const& d);
std::string describe_text(core::api::type_detail const& d);
std::string status_text(core::api::status_view const& s, core::wall_time now);

// Adds the rows of limits and probes to a description.
void add_settings(std::vector<row>& rows, core::api::limits_view const& limits,
                  std::vector<core::api::probe_view> const& probes);
std::string limits_text(std::vector<core::api::limits_view> const& limits);
std::string probes_text(std::vector<core::api::probe_view> const& probes);
std::string autoscale_text(std::vector<core::api::autoscale_view> const& rules);
// Each decision is one line; the oldest comes first.
std::string decisions_text(std::vector<core::api::decision_view> const& decisions);

// The front ports: the table of `routing`, and the words for one state: "no router, paused".
std::string routing_text(std::vector<core::api::routing_view> const& views);
std::string routing_state_text(core::api::routing_view const& v);
// Adds the rows of a front port to a description.
void add_routing(std::vector<row>& rows, core::api::routing_view const& v);
// Adds the row of the router to the status.
void add_router(std::vector<row>& rows, core::api::router_view const& v);

// The changes of a release, a line for each type: "web: command, env".
std::string changes_text(std::vector<core::api::change_view> const& changes);
std::string releases_text(std::vector<core::api::release_view> const& releases);
std::string describe_text(core::api::release_detail const& d);

// One line of `events`.
std::string event_text(core::api::event const& e);

} // namespace ctl
