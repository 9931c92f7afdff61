// Accepts clients at one listening socket.
#pragma once

#include "supervisor/front/house.hpp"
#include "supervisor/front/http_session.hpp"
#include "supervisor/front/messages.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <vector>

namespace procd::front {

class acceptor {
public:
    acceptor(house& with, listener what);
    ~acceptor();
    acceptor(acceptor const&) = delete;
    acceptor& operator=(acceptor const&) = delete;

    // Takes the socket, which listens already.
    boost::system::error_code open(os::unique_fd listening);
    listener const& what() const { return what_; }
    // The types that its clients reach from now on, those who are connected already included.
    void serve(served_types types) { *types_ = std::move(types); }

private:
    void wait();
    void accept_all();
    void welcome(connection::socket client);
    void pause();

    house& with_;
    listener what_;
    boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol> socket_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<served_types> types_;
    std::list<std::weak_ptr<http_session>> sessions_;
    std::size_t sweep_at_ = 64;
    std::shared_ptr<int> alive_;
};

} // namespace procd::front
