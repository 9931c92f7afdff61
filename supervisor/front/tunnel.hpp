// Bytes both ways between a client and a process, until both have ended: another protocol after an
// upgrade, or a type with protocol = "tcp".
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/front/house.hpp"
#include "supervisor/loop/wakeup.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>

namespace procd::front {

class tunnel : public std::enable_shared_from_this<tunnel> {
public:
    tunnel(house& with, std::shared_ptr<connection> client, std::shared_ptr<connection> app);
    // Returns when both sides have ended, or a moment after the process has. A side that ends its
    // writing only is told to the other.
    static boost::asio::awaitable<void> run(std::shared_ptr<tunnel> self);
    std::uint64_t bytes_to_client() const { return to_client_; }

private:
    static boost::asio::awaitable<void> to_app(std::shared_ptr<tunnel> self);
    // Ends when `from` does, or when `to` takes nothing any more: true.
    boost::asio::awaitable<bool> carry(connection& from, connection& to, std::uint64_t& carried);
    void cut();

    house& with_;
    std::shared_ptr<connection> const client_, app_;
    loop::wakeup ended_;
    bool to_app_ended_ = false;
    std::uint64_t to_client_ = 0, to_app_ = 0; // bytes
};

} // namespace procd::front
