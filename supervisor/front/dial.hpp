// A new connection to a process.
#pragma once

#include "supervisor/front/admission.hpp"
#include "supervisor/front/connection.hpp"
#include "supervisor/front/upstreams.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>

namespace procd::front {

// How long a process may take to accept a connection.
inline constexpr std::chrono::seconds longest_connect{5};

// Dials 127.0.0.1 and, refused, ::1, because many development servers listen there alone. The
// address that answered comes first the next time. Null: both refuse, or it is `until`.
boost::asio::awaitable<std::unique_ptr<connection>>
dial(boost::asio::io_context& io, std::shared_ptr<upstream> to, time_point until);

} // namespace procd::front
