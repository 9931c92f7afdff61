// The front port as clients see it: free functions of the formation and the router.
#pragma once

#include "supervisor/core/api_routing.hpp"
#include "supervisor/core/routing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace procd::formation {
class formation;
struct type;
} // namespace procd::formation

namespace procd::daemon {

class router;

// Tells whether the type has a front port, whoever accepts its connections.
bool has_front_port(formation::type const& t);

core::routing_state routing_state(formation::type const& of, formation::formation const& all,
                                  router const& front);
// Without figures. Absent: the type has no front port.
std::optional<core::api::routing_view>
routing_view(formation::type const& of, formation::formation const& all, router const& front);
// Of all types that have one, sorted by name, with the figures of the router's last answer if this
// is the answer to the question, or to a later one.
std::vector<core::api::routing_view> routing_views(formation::formation const& all,
                                                   router const& front,
                                                   std::optional<std::string> const& only,
                                                   std::optional<std::uint64_t> question);

// Absent: no type needs the router.
std::optional<core::api::router_view> router_view(formation::formation const& all,
                                                  router const& front);

} // namespace procd::daemon
