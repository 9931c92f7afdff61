// The service manager's notification socket: sd_notify(3) without its library.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace os {

// Sends one datagram, "READY=1\nSTATUS=…", to the socket: a path, or "@name" for an abstract one.
// Never blocks: a manager that does not read is told nothing.
error_code notify(std::string const& socket, std::string_view state);

// CLOCK_MONOTONIC in microseconds, which RELOADING=1 has to carry.
std::uint64_t monotonic_us();

} // namespace os
