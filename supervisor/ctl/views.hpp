// procd's answers as a person reads them.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/ctl/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ctl {

// "2026-11-23T07:30:00UTC"; "-" when there is none.
std::string time_text(std::optional<core::wall_time> const& t);
// "512B", "64.0K", "8.5M", "1.2G".
std::string size_text(std::uint64_t bytes);

// The tables of `ps` (sorted by type, then N) and `pts`.
std::string processes_text(std::vector<core::api::process_view> processes, bool wide);
std::string types_text(std::vector<core::api::type_view> types);

// Rows of `NAME:  value`. What a child wrote is shown without control bytes.
std::string describe_text(core::api::process_detail const& d);
std::string describe_text(core::api::type_detail const& d);
std::string limits_text(std::vector<core::api::limits_view> const& limits);
std::string probes_text(std::vector<core::api::probe_view> const& probes);
// The rows of limits and probes in a description.
void add_settings(std::vector<row>& rows, core::api::limits_view const& limits,
                  std::vector<core::api::probe_view> const& probes);
// A word as it would be typed into a shell.
std::string quoted(std::string const& word);
std::string status_text(core::api::status_view const& s, core::wall_time now);

// "web: command, env", a line for each type; what a release changes.
std::string changes_text(std::vector<core::api::change_view> const& changes);
std::string releases_text(std::vector<core::api::release_view> const& releases);
std::string describe_text(core::api::release_detail const& d);

std::string autoscale_text(std::vector<core::api::autoscale_view> const& rules);
// One line a decision, oldest first.
std::string decisions_text(std::vector<core::api::decision_view> const& decisions);

// One line of `events`.
std::string event_text(core::api::event const& e);

} // namespace ctl
