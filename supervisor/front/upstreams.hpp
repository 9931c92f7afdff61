// The processes behind the front port, and the connections to them that wait for the next request.
#pragma once

#include "supervisor/front/admission.hpp"
#include "supervisor/front/connection.hpp"
#include "supervisor/front/messages.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace procd::front {

// A connection to a process that waits.
struct idle_connection {
    std::shared_ptr<connection> line;
    time_point since;
};

struct upstream {
    target facts;
    load now;
    std::vector<idle_connection> idle; // the oldest first
    bool on_v6 = false;                // ::1 answered last
    bool listed = false;               // in the pool, as one that may have idle connections
    bool told_idle = false;            // procd knows that no request is in flight
};

// Counts a request for as long as it is in flight.
class in_flight {
public:
    in_flight() = default;
    // `less` is called at the end. It keeps what it needs alive.
    using ended = std::shared_ptr<std::function<void(upstream&)> const>;
    in_flight(std::shared_ptr<upstream> to, ended less);
    in_flight(in_flight&& other) noexcept;
    in_flight& operator=(in_flight&& other) noexcept;
    ~in_flight() { end(); }

    upstream* operator->() const { return to_.get(); }
    std::shared_ptr<upstream> const& to() const { return to_; }
    explicit operator bool() const { return to_ != nullptr; }
    void end();

private:
    std::shared_ptr<upstream> to_;
    ended less_;
};

// Keeps connections for a second, and hands them out again.
class connection_pool {
public:
    explicit connection_pool(boost::asio::io_context& io) : timer_(io) {}

    // The freshest idle connection that is not older than `most`; null: there is none.
    std::shared_ptr<connection> take(upstream& from, std::chrono::milliseconds most);
    void give_back(std::shared_ptr<upstream> const& to, std::shared_ptr<connection> line);

private:
    void sweep();
    void arm();

    boost::asio::steady_timer timer_;
    std::vector<std::weak_ptr<upstream>> holders_; // that may have idle connections
    bool armed_ = false;
};

} // namespace procd::front
