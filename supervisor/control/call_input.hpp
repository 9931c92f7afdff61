// What a call brings along, checked: query values and bodies.
#pragma once

#include "procfile/formation.hpp"
#include "supervisor/control/control_api.hpp"
#include "supervisor/control/http_target.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/autoscale.hpp"
#include "supervisor/process/exec_session.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procd::control {

// A body that is to be JSON; the problem (400) says at which byte it stops being that.
core::api::outcome<boost::json::value> parse_body(std::string_view body);

// {"worker": 3, "web": "+1"}, or words as on the command line: ["worker=3", "web+1"].
core::api::outcome<std::vector<procfile::change>> parse_changes(boost::json::value const& body);

// {"signal": "TERM"}, {"signal": 15}.
core::api::outcome<int> parse_signal_body(boost::json::value const& body);

// {"min": 1, "max": 8, "cpu_percent": 75}
core::api::outcome<core::autoscale::rule> parse_rule_body(boost::json::value const& body);

// {"command": ["sh", "-c", "…"], "tty": true, "stdin": true, "rows": 24, "columns": 80}; all but
// the command may be left out.
core::api::outcome<process::exec_request> parse_exec_body(boost::json::value const& body);

// {"cpu_request": 0.5, "cpu_limit": 1.0, "memory": 536870912}; what is left out or null is none.
core::api::outcome<core::limits_override> parse_limits_body(boost::json::value const& body);
std::optional<procfile::probe_kind> parse_probe_kind(std::string_view name);
// {"readiness": {"http": "/healthz", "period": "1s"}, "liveness": null}: the keys of procd.toml;
// null takes a probe away.
core::api::outcome<control_api::probes_change> parse_probes_body(boost::json::value const& body);

// A query value that is true or false (a name alone is true), or `otherwise` when it is absent.
core::api::outcome<bool> query_flag(http_target const& target, std::string_view name,
                                    bool otherwise);
core::api::outcome<std::optional<std::uint64_t>>
query_number(http_target const& target, std::string_view name, std::uint64_t most);

} // namespace procd::control
