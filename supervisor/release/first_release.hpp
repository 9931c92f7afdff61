// Before the first process: the release that procd starts with is recorded, and its release phase
// is run when it is new.
#pragma once

#include "supervisor/release/change.hpp"
#include "supervisor/release/start_point.hpp"

#include <boost/asio/awaitable.hpp>

namespace procd::release {

enum class prepared { processes_may_start, nothing_to_run, failed };

// `from.now` is what the formation has taken up already.
boost::asio::awaitable<prepared> prepare(parts with, start_point from);

} // namespace procd::release
