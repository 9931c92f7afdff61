// The table of routes and what each does. Only for router.cpp.
#pragma once

#include "supervisor/control/http_target.hpp"
#include "supervisor/control/router.hpp"

#include <boost/json/array.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procd::control {

// One call, as a handler sees it.
struct call {
    control_api& api;
    output::hub const& hub;
    std::vector<std::string> const& params; // what stood for the braces of the pattern
    http_target const& target;
    std::string const& body;
    bool upgrades = false; // to procd-stream
};

struct route_entry {
    std::string_view method, pattern;
    std::vector<std::string_view> query; // the names it takes
    core::api::outcome<reply> (*handle)(call const&);
};

// All of them; and those of releases, limits, probes and autoscaling.
std::vector<route_entry> const& route_table();
std::vector<route_entry> setting_routes();

template <class Views>
boost::json::array json_array(Views const& views)
{
    boost::json::array array;
    array.reserve(views.size());
    for (auto const& view : views)
        array.push_back(core::api::to_json(view));
    return array;
}

// Paths that later versions answer.
std::span<std::string_view const> later_prefixes();

} // namespace procd::control
