// A new connection to a process.
#pragma once

#include "supervisor/front/admission.hpp"
#include "supervisor/front/connection.hpp"
#include "supervisor/front/upstreams.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <memory>

namespace procd::front {

// How long a process may take to accept a connection.
inline constexpr std::chrono::seconds longest_connect{5};

// Why there is no connection. `shortage`: the router has no descriptors, memory or ports left,
// which says nothing about the process.
enum class no_connection { refused, too_late, shortage };

// The words of the access line for a shortage.
inline constexpr char const* shortage_text = "the router is out of descriptors, memory or ports";

// Connects to 127.0.0.1 and, if that is refused, to ::1, because many development servers listen
// there alone. The address that answered comes first the next time. The attempt ends at `until`.
boost::asio::awaitable<boost::system::result<std::shared_ptr<connection>, no_connection>>
dial(boost::asio::io_context& io, std::shared_ptr<upstream> to, time_point until);

} // namespace procd::front
