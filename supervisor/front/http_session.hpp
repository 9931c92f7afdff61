// One client's connection, with its requests one after the other.
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/front/deadline.hpp"
#include "supervisor/front/exchange.hpp"
#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/house.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace procd::front {

// The facts of the connection.
struct peer {
    std::string address; // empty for a Unix socket
    int port = 0;        // that it has connected to; 0 for a Unix socket
    bool is_trusted = false;
    bool is_local = false; // of this machine
};

class http_session : public std::enable_shared_from_this<http_session> {
public:
    http_session(house& with, std::shared_ptr<served_types const> types, connection::socket client,
                 peer from);

    static boost::asio::awaitable<void> run(std::shared_ptr<http_session> self);
    // No further request: at once if none is under way, else after its response.
    void finish();

private:
    boost::asio::awaitable<bool> read_head(std::size_t& length);
    boost::asio::awaitable<bool> serve(std::string head);
    boost::asio::awaitable<bool> serve_request(std::string head, request_head request,
                                               access& told);
    boost::asio::awaitable<bool> answer(int status, fronted_type const& of,
                                        request_head const& request, access& told);
    boost::asio::awaitable<void> refuse(refusal const& why, access& told);
    boost::asio::awaitable<void> linger();
    void expired();

    house& with_;
    counted_client const counted_;
    std::shared_ptr<served_types const> types_;
    connection client_;
    peer from_;
    deadline limit_;
    std::weak_ptr<exchange> under_way_;
    bool finishing_ = false;
    bool is_idle_ = false;
    bool reads_head_ = false; // which has begun
    bool late_ = false;       // the head was not whole in time
};

// The code of a request that its type's gate refuses.
fault_code code_of(refused_for why);

} // namespace procd::front
