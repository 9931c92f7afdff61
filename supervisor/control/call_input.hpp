// Parses and checks the input of a call: query values and bodies. The error of each function is a
// problem with status 400, whose detail tells the client what was expected.
#pragma once

#include "procfile/formation.hpp"
#include "supervisor/control/control_api.hpp"
#include "supervisor/control/http_target.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/autoscale.hpp"
#include "supervisor/process/exec_session.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procd::control {

// Parses a body as JSON. The problem names the byte at which the body stops being JSON.
core::api::outcome<boost::json::value> parse_json(std::string_view body);

// Parses a body as JSON, and that with one of the functions below.
template <class Parsed>
core::api::outcome<Parsed>
parse_body(std::string_view body, core::api::outcome<Parsed> (*parse)(boost::json::value const&))
{
    auto const value = parse_json(body);
    if (!value)
        return value.error();
    return parse(*value);
}

// A whole number of an object, at most 10^9 in either direction. The problem names the member that
// is missing or is no such number.
core::api::outcome<int> member_number(boost::json::object const& object, std::string_view name);

// Parses {"worker": 3, "web": "+1"}, or words as on the command line: ["worker=3", "web+1"].
core::api::outcome<std::vector<procfile::change>> parse_changes(boost::json::value const& body);

// Parses {"signal": "TERM"} or {"signal": 15}, and returns the number of the signal.
core::api::outcome<int> parse_signal_body(boost::json::value const& body);

// Parses {"min": 1, "max": 8, "cpu_percent": 75, "concurrency": 10}. At least one of the two
// targets is there.
core::api::outcome<core::autoscale::rule> parse_rule_body(boost::json::value const& body);

// Parses {"command": ["sh", "-c", "…"], "tty": true, "stdin": true, "rows": 24, "columns": 80}.
// All members but the command may be left out.
core::api::outcome<process::exec_request> parse_exec_body(boost::json::value const& body);

// Parses {"cpu_request": 0.5, "cpu_limit": 1.0, "memory": 536870912}: cores, cores, bytes. A member
// that is left out or null sets no limit.
core::api::outcome<core::limits_override> parse_limits_body(boost::json::value const& body);
// "startup", "readiness" or "liveness"; nothing for another name.
std::optional<procfile::probe_kind> parse_probe_kind(std::string_view name);
// Parses {"readiness": {"http": "/healthz", "period": "1s"}, "liveness": null}. A probe has the
// same keys as in procd.toml, and null removes a probe.
core::api::outcome<control_api::probes_change> parse_probes_body(boost::json::value const& body);

// Parses {"web": {"paused": true}, "api": {"disabled": false}}.
core::api::outcome<std::vector<core::routing_change>>
parse_routing_body(boost::json::value const& body);

enum class when_absent { no, yes };

// A query value that is true or false; a name without a value is true. `otherwise` is the answer
// when the name is absent.
core::api::outcome<bool> query_flag(http_target const& target, std::string_view name,
                                    when_absent otherwise);
// A query value that is a number from 0 to `most`; nothing when the name is absent.
core::api::outcome<std::optional<std::uint64_t>>
query_number(http_target const& target, std::string_view name, std::uint64_t most);

} // namespace procd::control
