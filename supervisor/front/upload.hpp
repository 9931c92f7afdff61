// The body of a request on its way from the client to a process. The part that came with the head
// goes with it. The rest is relayed beside the response, because an app may answer before it has
// read everything.
#pragma once

#include "supervisor/front/body.hpp"
#include "supervisor/front/connection.hpp"
#include "supervisor/front/deadline.hpp"
#include "supervisor/front/house.hpp"
#include "supervisor/loop/wakeup.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace procd::front {

class upload : public std::enable_shared_from_this<upload> {
public:
    // `client` keeps `limit` alive.
    upload(house& with, std::shared_ptr<connection> client, deadline& limit, framing body);

    // The bytes at the front of those that have come. The caller sends them, and then calls
    // client.use() with their number.
    std::string_view first_part();
    // Relays the rest to this connection. Call it only while done() is false.
    void begin(std::shared_ptr<connection> to);
    // The response is whole: waits until the rest is relayed, or the client or the app gives up.
    static boost::asio::awaitable<void> finish(std::shared_ptr<upload> self);
    // Ends it where it stands, and waits until nothing of it runs.
    static boost::asio::awaitable<void> end(std::shared_ptr<upload> self);
    // No more is read from the client; bytes that were read are still written.
    void stop() { stops_ = true; }
    // Ends it at once, without waiting for that: nobody is there any more who could.
    void cut();
    // The response has begun. Until then the app has the time of response_timeout after the last
    // byte of the body.
    void response_has_begun() { is_answered_ = true; }

    bool done() const { return body_.done(); }
    bool bad() const { return body_.bad(); }         // its chunks break the rules of HTTP
    bool is_too_large() const { return too_large_; } // by the setting max_body
    bool client_failed() const { return client_failed_; }
    // It was stopped while it waited for the client.
    bool client_was_idle() const { return client_was_idle_; }
    bool client_has_begun() const { return bytes_ > 0; }
    bool has_begun() const { return begun_; } // bytes of the body were sent: it cannot be repeated
    bool is_under_way() const { return to_ != nullptr; }

private:
    static boost::asio::awaitable<void> relay(std::shared_ptr<upload> self);
    void count(std::size_t bytes);
    void client_gave_nothing();
    void sent_all();
    void alive();

    house& with_;
    std::shared_ptr<connection> const client_;
    deadline& limit_;
    body_scanner body_;
    loop::wakeup ended_;
    std::shared_ptr<connection> to_; // while it is under way
    std::uint64_t bytes_ = 0;        // of the body, with its chunks
    std::chrono::milliseconds longest_pause_;
    bool begun_ = false, stops_ = false, is_answered_ = false;
    bool client_failed_ = false, client_was_idle_ = false, too_large_ = false;
};

} // namespace procd::front
