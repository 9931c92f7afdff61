// A client's connection to a type with protocol = "tcp": bytes both ways.
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/front/house.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace procd::front {

// Carries the connection to the ready process with the fewest connections. A connection that no
// process takes is closed.
boost::asio::awaitable<void> run_tcp_session(house& with, std::shared_ptr<gate_keeper> type,
                                             connection::socket client, std::string from);

} // namespace procd::front
