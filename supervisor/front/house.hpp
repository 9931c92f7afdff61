// The things that all sessions of the router share. There is one object per router.
#pragma once

#include "supervisor/front/access_log.hpp"
#include "supervisor/front/departures.hpp"
#include "supervisor/front/messages.hpp"
#include "supervisor/front/networks.hpp"
#include "supervisor/front/pipe_pool.hpp"
#include "supervisor/front/upstreams.hpp"
#include "supervisor/loop/spawner.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procd::front {

class gate_keeper;

// The types that share listening sockets. One of them may have no hosts, and gets the rest.
struct served_types {
    std::vector<std::shared_ptr<gate_keeper>> all;
    // Null: no type answers for this host. Case and the port behind it do not matter.
    std::shared_ptr<gate_keeper> for_host(std::string_view host) const;
};

// Counts a client for as long as it is connected.
class counted_client {
public:
    explicit counted_client(std::shared_ptr<std::size_t> in) : in_(std::move(in)) { ++*in_; }
    counted_client(counted_client const&) = delete;
    counted_client& operator=(counted_client const&) = delete;
    ~counted_client() { --*in_; }

private:
    std::shared_ptr<std::size_t> in_; // it may outlive the house
};

// Limits that are no settings.
struct router_limits {
    // The clients that may be connected at once. Further descriptors are for the processes.
    std::size_t clients = std::numeric_limits<std::size_t>::max();
    // The longest pause between two bytes of a body.
    std::chrono::milliseconds between_bytes{55'000};
    // A client that goes is not noticed before its request has taken this time. Watching a client
    // from the beginning would cost more than most requests.
    std::chrono::milliseconds before_watching{1'000};
    // The longest pause of a client, or of the process that reads from it, after the process has
    // said all that it has to say.
    std::chrono::milliseconds after_the_end{5'000};
};

struct house {
    // The log's lines go to `lines`.
    house(boost::asio::io_context& loop, os::unique_fd lines);

    boost::asio::io_context& io;
    loop::spawner tasks;
    access_log log;
    connection_pool pool;
    std::shared_ptr<departures> const leaving;
    settings with;
    networks trusted;
    std::string new_request_id();
    router_limits limits;
    std::shared_ptr<std::size_t> const clients = std::make_shared<std::size_t>(0);
    std::chrono::milliseconds response_timeout() const
    {
        return std::chrono::milliseconds(with.response_timeout_ms);
    }

    // Bytes on their way from one socket to another, between two suspensions.
    std::array<char, 64 << 10> scratch;
    std::shared_ptr<pipe_pool> const pipes = std::make_shared<pipe_pool>();

private:
    std::mt19937_64 random_;
};

} // namespace procd::front
