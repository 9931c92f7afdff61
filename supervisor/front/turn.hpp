// A request or connection that waits at the gate of its type, for as long as its client stays.
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/house.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace procd::front {

struct turn {
    gate_keeper::entry entry;
    bool client_left = false; // it gives its place to the next one
};

// Waits until the request may go to a process, is refused, or its client has closed its side.
// `since` is when the request came.
boost::asio::awaitable<turn> wait_for_turn(house& with, std::shared_ptr<gate_keeper> gate,
                                           std::shared_ptr<connection> client, time_point since);

} // namespace procd::front
