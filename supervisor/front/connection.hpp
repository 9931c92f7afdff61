// A connection of the router's, to a client or to a process. It holds a buffer only while bytes
// wait in it, so an idle connection costs next to nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace procd::front {

class connection {
public:
    using socket = boost::asio::generic::stream_protocol::socket;

    explicit connection(socket made);

    // The bytes that have come and are not used yet.
    std::string_view bytes() const { return std::string_view(in_).substr(used_); }
    void use(std::size_t count);

    // Waits for bytes and appends them to bytes(). False: the other side has ended, or the
    // connection has failed or was cancelled.
    boost::asio::awaitable<bool> read();
    // Waits for bytes and puts them at the front of `room`; bytes() must be empty. Returns the part
    // that was read; an empty part means false as above.
    boost::asio::awaitable<std::string_view> read_into(std::span<char> room);
    // Puts bytes back in front of those that come next.
    void put_back(std::string_view bytes);
    // Writes both texts at once, as far as there is room. The rest is copied; the awaitable ends
    // when it is written, and `progress` is called for each part of it. False: the connection has
    // failed or was cancelled.
    boost::asio::awaitable<bool> write(std::string_view bytes, std::string_view more = {},
                                       std::function<void()> progress = {});

    // Waits until there is something to read, or room to write. False as above.
    boost::asio::awaitable<bool> wait(socket::wait_type what);

    // Ends what is awaited now: reads find nothing, writes fail.
    void interrupt();
    // The same, now and from now on.
    void cancel();
    bool cancelled() const { return cancelled_; }
    // Reading has failed, which is not the end that the other side makes.
    bool is_broken() const { return broken_; }
    void end_writing();
    void close();
    // Closes it with a reset, so that the other side does not take its end for that of a response.
    void reset();
    bool is_open() const { return socket_.is_open(); }
    // Something has come, or the other side has ended: an idle connection that must not be used.
    bool has_news();
    socket& raw() { return socket_; }

private:
    boost::system::error_code append();
    boost::asio::awaitable<bool> write_rest(std::string rest, std::function<void()> progress);
    static boost::asio::awaitable<bool> settled(bool written);

    socket socket_;
    std::string in_;
    std::size_t used_ = 0;
    bool cancelled_ = false, broken_ = false;
};

} // namespace procd::front
