// The load of the types behind the front port, as the autoscaler asks for it.
#pragma once

#include "supervisor/formation/autoscaler.hpp"

namespace procd::daemon {

class router;

// The source that asks this router. The router has to outlive it.
formation::load_source loads_of(router& from);

} // namespace procd::daemon
