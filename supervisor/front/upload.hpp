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

// The longest pause between two bytes of a body.
inline constexpr std::chrono::seconds between_bytes{55};

class upload : public std::enable_shared_from_this<upload> {
public:
    // `client` and `limit` outlive the upload.
    upload(house& with, connection& client, deadline& limit, framing body);

    // The bytes at the front of those that have come. The caller sends them, and then calls
    // client.use() with their number.
    std::string_view first_part();
    // Relays the rest to this connection, which stays until end() is over. Not without a rest.
    void begin(connection& to);
    // Ends it where it stands, and waits until nothing of it runs.
    static boost::asio::awaitable<void> end(std::shared_ptr<upload> self);
    // No more is read from the client; bytes that were read are still written.
    void stop() { stops_ = true; }

    bool done() const { return body_.done(); }
    bool bad() const { return body_.bad(); }         // its chunks break the rules of HTTP
    bool is_too_large() const { return too_large_; } // by the setting max_body
    bool client_failed() const { return client_failed_; }
    bool has_begun() const { return begun_; } // bytes of the body were sent: it cannot be repeated
    bool is_under_way() const { return to_ != nullptr; }

private:
    static boost::asio::awaitable<void> relay(std::shared_ptr<upload> self);
    void count(std::size_t bytes);
    void alive();

    house& with_;
    connection& client_;
    deadline& limit_;
    body_scanner body_;
    loop::wakeup ended_;
    connection* to_ = nullptr;
    std::uint64_t bytes_ = 0; // of the body, with its chunks
    bool begun_ = false, stops_ = false, client_failed_ = false, too_large_ = false;
};

} // namespace procd::front
