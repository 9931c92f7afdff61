// Passes a large body from one connection to the other inside the kernel, through a pipe (splice),
// instead of copying it to the router and back.
#pragma once

#include "supervisor/front/body.hpp"
#include "supervisor/front/connection.hpp"
#include "supervisor/front/house.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>

namespace procd::front {

// How a piece of a body was passed on.
struct passed_piece {
    std::size_t bytes = 0;      // that were taken from the source
    bool source_ended = false;  // by itself, so that nothing more comes
    bool source_failed = false; // or was cancelled
    bool target_failed = false; // or was cancelled
};

// Waits for the next bytes of `from`, whose bytes() are empty, and passes those of the body on to
// `to`. The body is_long(). `progress` is called whenever `to` has taken some. A pipe is in use
// only while it has bytes. Without a free pipe the bytes are copied.
boost::asio::awaitable<passed_piece> pass_piece(house& with, connection& from, connection& to,
                                                body_scanner& body,
                                                std::function<void()> const& progress);

} // namespace procd::front
