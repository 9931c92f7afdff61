// The router's process.
#pragma once

#include <string_view>

namespace procd::front {

// The one word with which procd starts itself as the router. It is for nobody else.
inline constexpr std::string_view router_option = "--router";

// Serves until procd closes its end of the pair, which is this process's stdin. Returns the exit
// code. The process gains no rights any more, and its limit of open descriptors is raised.
int run_router();

} // namespace procd::front
