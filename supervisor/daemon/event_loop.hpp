// Checks the event loop before anything relies on it.
#pragma once

#include <boost/asio/io_context.hpp>

#include <string>

namespace procd::daemon {

// Why the event loop would miss timers or signals, with a remedy; empty when it would not. Asio
// watches three descriptors of its own, for timers, signals and other threads, and ignores it when
// the kernel refuses one of them.
std::string event_loop_problem(boost::asio::io_context& io);

} // namespace procd::daemon
