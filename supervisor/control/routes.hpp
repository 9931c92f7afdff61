// The table of routes, each with the function that answers it. Only for router.cpp.
#pragma once

#include "supervisor/control/http_target.hpp"
#include "supervisor/control/router.hpp"

#include <boost/json/array.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procd::control {

// A request as the function of its route sees it.
struct call {
    control_api& api;
    output::hub const& hub;
    std::vector<std::string> const& params; // the segments in the place of the pattern's braces
    http_target const& target;
    std::string const& body;
    bool upgrades = false; // the client asks to switch to procd-stream
};

struct route_entry {
    std::string_view method, pattern;
    std::vector<std::string_view> query; // the query names that the route takes
    core::api::outcome<reply> (*handle)(call const&);
};

// All routes.
std::vector<route_entry> const& route_table();
// The routes of processes.
std::vector<route_entry> process_routes();
// The routes of releases, limits, probes and autoscaling.
std::vector<route_entry> setting_routes();
// The routes of the front port.
std::vector<route_entry> routing_routes();

// The JSON array of a list of views.
template <class Views>
boost::json::array json_array(Views const& views)
{
    boost::json::array array;
    array.reserve(views.size());
    for (auto const& view : views)
        array.push_back(core::api::to_json(view));
    return array;
}

// Prefixes of paths that are answered with 501, because a later version will have them.
std::span<std::string_view const> later_prefixes();

} // namespace procd::control
