// The processes that procd has adopted as a subreaper and that no process owns: daemons with an
// emptied environment in a session of their own, for example. procd leaves them alone while it
// runs, and ends them at its own end.
#pragma once

#include "supervisor/core/lifecycle.hpp"

#include <boost/asio/awaitable.hpp>

namespace procd::process {

struct services;

enum class adopted { all_ended, some_left };

// To be called when nothing of the app is left: TERM and CONT to each, KILL at the deadline (no
// sooner than a second from now, or at once when the user is in a hurry). Returns when all are
// gone, or when those that could not be killed have been named.
boost::asio::awaitable<adopted> end_adopted(services& with, core::time_point deadline);

} // namespace procd::process
