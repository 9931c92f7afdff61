// Messages to the service manager, as sd_notify(3) sends them, without that library.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace os {

// Sends one datagram such as "READY=1\nSTATUS=…" to a socket, given as a path or as "@name" for an
// abstract one. Never blocks: if the manager does not read, the message is lost and the error is
// EAGAIN.
error_code notify(std::string const& socket, std::string_view state);

// CLOCK_MONOTONIC in microseconds. RELOADING=1 has to carry it.
std::uint64_t monotonic_us();

} // namespace os
