// The answers of the control socket about the front port, and their JSON.
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace core::api {

// GET /v1/routing/TYPE: the front port of one type. The figures are absent where no router counts
// the type's requests, or where the router has not answered in time.
struct routing_view {
    std::string type;
    std::vector<std::string> listen; // the addresses, as in procd.toml
    std::string share = "proxy";     // "proxy", "listen_fds"
    std::string state = "open";      // in the words of core::routing_state
    bool paused = false, disabled = false;
    int ready = 0, wanted = 0;
    std::optional<int> in_flight, queued;
    std::optional<double> requests_per_second; // in the last 10 s
    std::optional<double> p50_ms, p95_ms;      // of the last 1,024 requests; absent: there was none
    std::vector<std::string> problems;         // why addresses are not open, or no router runs
    bool operator==(routing_view const&) const = default;
};

// The router in GET /v1/status.
struct router_view {
    std::string state = "running"; // "running", "starting", "restarting", "not running"
    std::optional<int> pid;
    std::vector<std::string> addresses; // that are open
    std::vector<std::string> problems;  // why addresses are not open, or no router runs
    bool operator==(router_view const&) const = default;
};

boost::json::value to_json(routing_view const&);
boost::json::value to_json(router_view const&);

} // namespace core::api
