// The router: it takes procd's picture of types, processes and listening sockets, accepts clients,
// and tells procd when a process that left the rotation has no request in flight any more.
#pragma once

#include "supervisor/front/channel.hpp"
#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/house.hpp"
#include "supervisor/front/messages.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace procd::front {

class acceptor;

class router {
public:
    // Its log goes to `lines`. `ended` is called when procd's end is closed.
    router(boost::asio::io_context& io, os::unique_fd lines, std::function<void()> ended);
    ~router();

    void limit(router_limits to) { house_.limits = to; }
    boost::system::error_code open(os::message_socket end) { return channel_.open(std::move(end)); }

private:
    void take(std::string const& bytes, std::vector<os::unique_fd> descriptors);
    void apply(picture next, std::vector<os::unique_fd> descriptors);
    void take_settings(settings const& next);
    void take_targets(std::vector<target> const& next);
    void take_types(std::vector<fronted_type> const& next);
    bool close_listeners(std::vector<listener> const& next);
    void take_listeners(std::vector<listener> const& next, std::vector<os::unique_fd> descriptors);
    void tell(report what);
    void tell_figures(std::uint64_t question);
    void tell_idle();
    void ended(upstream& of);

    house house_;
    channel channel_;
    std::uint64_t applied_ = 0;
    std::map<int, std::shared_ptr<upstream>> upstreams_;
    std::map<std::string, std::shared_ptr<gate_keeper>> gates_;
    std::map<int, std::unique_ptr<acceptor>> acceptors_;
    std::shared_ptr<int> alive_; // requests that outlive the router see that it is gone
};

} // namespace procd::front
