// The front ports of an app: the addresses that --listen gives, and what only the whole app shows
// to be wrong with them.
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace procd::app {

// Reads `--listen ADDR`, which is for the type web, and `--listen TYPE=ADDR`. They replace the
// addresses that the files give to the type. The errors name a type that does not exist (at a
// reload such an option is skipped), an address that is none, and types that cannot share an
// address.
boost::system::result<void, load_error> choose_fronts(options const& given, application& app,
                                                      occasion when);

// Tells whether a front port is inside the block of ports of its own type, with the app's ports
// beginning at `base`. The processes would get it as their PORT.
bool front_inside_block(application const& app, int base);

// Reports what is wrong with the front ports on this machine: one is inside a block of ports,
// settings have no effect, a probe asks the wrong port, the group of the Unix sockets does not
// exist, or the error page cannot be read; and autoscale rules by the requests of a type that has
// no front port. The ports have to be chosen before.
boost::system::result<void, load_error> check_fronts(loaded& seen, occasion when);

} // namespace procd::app
