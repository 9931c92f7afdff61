// One request on its way to a process, and the response on its way back.
#pragma once

#include "supervisor/front/access_line.hpp"
#include "supervisor/front/connection.hpp"
#include "supervisor/front/deadline.hpp"
#include "supervisor/front/dial.hpp"
#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/house.hpp"
#include "supervisor/front/request_head.hpp"
#include "supervisor/front/response_head.hpp"
#include "supervisor/front/upload.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace procd::front {

// How an exchange went.
struct outcome {
    bool answered = false;         // the client has got the head of a response
    bool keep_alive = false;       // the client's connection can take another request
    int status = 0;                // for the client, where it was not answered
    bool can_go_elsewhere = false; // nothing has come, and the request may be sent once more
    bool unread = false;           // the client may still be sending the body of its request
    bool cut = false; // the response ends with its connection, and is not whole: a reset says so
    std::optional<fault_code> code;
    std::uint64_t bytes = 0;            // that the client got of the response
    std::optional<time_point> switched; // when the connection was upgraded
};

class exchange : public std::enable_shared_from_this<exchange> {
public:
    // `client` keeps `limit` alive; `head` is the request's as it came.
    exchange(house& with, std::shared_ptr<connection> client, deadline& limit, request_head request,
             std::string head, forwarding facts);

    // The whole exchange with this process. `told` gets what the access line says about it.
    static boost::asio::awaitable<outcome> run(std::shared_ptr<exchange> self, in_flight to,
                                               access& told);
    // The time is over: ends everything.
    void expired();
    // The response is the last one on this connection.
    void be_last() { last_ = true; }
    // The process refused the connection, or did not accept it in time.
    bool was_refused() const { return was_refused_; }

private:
    boost::asio::awaitable<std::optional<no_connection>> connect(access& told);
    boost::asio::awaitable<bool> send();
    boost::asio::awaitable<outcome> attempt();
    boost::asio::awaitable<bool> read_response_head(response_head& found, std::string& head);
    boost::asio::awaitable<outcome> deliver(response_head response, std::string head);
    boost::asio::awaitable<void> relay_body(body_scanner& body, bool strip, outcome& so_far);
    boost::asio::awaitable<outcome> switch_protocols(std::string head, response_head response);
    outcome no_response();
    void alive();
    void watch_client();
    void end();

    house& with_;
    std::shared_ptr<connection> const client_;
    deadline& limit_;
    request_head request_;
    std::string head_;
    forwarding facts_;
    in_flight to_;
    std::shared_ptr<connection> upstream_;
    std::shared_ptr<upload> const upload_;
    bool reused_ = false;     // the connection comes from the pool
    bool retry_ = false;      // once more, on a new connection
    bool first_byte_ = false; // of a response has come
    bool was_refused_ = false, late_ = false;
    bool client_failed_ = false; // while it got the response
    bool client_left_ = false;
    std::optional<departures::watch> watch_;
    bool interim_ = false;   // an interim response has come
    bool answered_ = false;  // the client has begun to get the response
    bool delivered_ = false; // it has got all of it
    bool last_ = false;
};

} // namespace procd::front
