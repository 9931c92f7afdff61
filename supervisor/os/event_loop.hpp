// The kernel's account of the epoll instances of this process.
#pragma once

#include "supervisor/os/result.hpp"

#include <cstddef>

namespace os {

// How many descriptors the epoll instances of this process watch in all. The error says why /proc
// does not tell.
result<std::size_t> epoll_registrations();

} // namespace os
