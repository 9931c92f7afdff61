// A new connection to a process.
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/front/upstreams.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>

namespace procd::front {

// Dials 127.0.0.1 and, refused, ::1, because many development servers listen there alone. The
// address that answered comes first the next time. Null: both refuse.
boost::asio::awaitable<std::unique_ptr<connection>> dial(boost::asio::io_context& io,
                                                         std::shared_ptr<upstream> to);

} // namespace procd::front
