// Chooses the base port of an app.
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <boost/system/result.hpp>

namespace procd::app {

// Takes the base port from -p, else PORT of the env files, else $PORT, else [app] port, else 5000.
// An empty PORT is none. The error names the text that is no port.
boost::system::result<void, load_error> choose_port(options const& given, loaded& seen);

// Adds a warning for each type of which a process would get a port above the last one. Such a
// process runs without PORT.
void warn_of_missing_ports(loaded& seen);

} // namespace procd::app
