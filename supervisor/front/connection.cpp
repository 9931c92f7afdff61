#include "supervisor/front/connection.hpp"

#include "supervisor/front/session_parts.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t room_for_a_read = 16 << 10;

} // namespace

connection::connection(socket made) : socket_(std::move(made))
{
    error_code ignored;
    socket_.non_blocking(true, ignored);
}

void connection::use(std::size_t count)
{
    used_ += count;
    if (used_ < in_.size())
        return;
    std::string().swap(in_);
    used_ = 0;
}

asio::awaitable<std::string_view> connection::read_into(std::span<char> room)
{
    for (;;) {
        if (cancelled_)
            co_return std::string_view();
        auto const [failed] = co_await socket_.async_wait(socket::wait_read, with_error);
        if (failed || cancelled_)
            co_return std::string_view();
        error_code e;
        auto const count = socket_.read_some(asio::buffer(room.data(), room.size()), e);
        if (!e)
            co_return std::string_view(room.data(), count);
        if (!would_block(e)) {
            broken_ = e != asio::error::eof;
            co_return std::string_view();
        }
    }
}

asio::awaitable<bool> connection::read()
{
    for (;;) {
        if (cancelled_)
            co_return false;
        auto const [failed] = co_await socket_.async_wait(socket::wait_read, with_error);
        if (failed || cancelled_)
            co_return false;
        auto const e = append();
        if (!e)
            co_return true;
        if (!would_block(e))
            co_return false;
    }
}

// No coroutine: the frame of one would hold the room while it waits.
error_code connection::append()
{
    std::array<char, room_for_a_read> room;
    error_code e;
    auto const count = socket_.read_some(asio::buffer(room), e);
    if (e)
        return e;
    in_.erase(0, std::exchange(used_, 0));
    in_.append(room.data(), count);
    return e;
}

void connection::put_back(std::string_view bytes)
{
    in_.erase(0, std::exchange(used_, 0));
    in_.insert(0, bytes);
}

asio::awaitable<bool> connection::settled(bool written)
{
    co_return written;
}

// Mostly one system call: the socket's buffer has room.
asio::awaitable<bool> connection::write(std::string_view bytes, std::string_view more,
                                        std::function<void()> progress)
{
    if (cancelled_)
        return settled(false);
    std::array<asio::const_buffer, 2> const parts{asio::buffer(bytes), asio::buffer(more)};
    error_code e;
    auto const count = socket_.write_some(parts, e);
    if (e && !would_block(e))
        return settled(false);
    auto const written = e ? 0 : count;
    if (written == bytes.size() + more.size())
        return settled(true);
    std::string rest(bytes.substr(std::min(written, bytes.size())));
    rest += more.substr(written - std::min(written, bytes.size()));
    return write_rest(std::move(rest), std::move(progress));
}

asio::awaitable<bool> connection::write_rest(std::string rest, std::function<void()> progress)
{
    std::string_view left = rest;
    while (!left.empty()) {
        auto const [failed] = co_await socket_.async_wait(socket::wait_write, with_error);
        if (failed || cancelled_)
            co_return false;
        error_code e;
        auto const count = socket_.write_some(asio::buffer(left), e);
        if (e && !would_block(e))
            co_return false;
        left.remove_prefix(e ? 0 : count);
        if (!e && progress)
            progress();
    }
    co_return true;
}

asio::awaitable<bool> connection::wait(socket::wait_type what)
{
    if (cancelled_)
        co_return false;
    auto const [failed] = co_await socket_.async_wait(what, with_error);
    co_return !failed && !cancelled_;
}

void connection::interrupt()
{
    error_code ignored;
    socket_.cancel(ignored);
}

void connection::cancel()
{
    cancelled_ = true;
    interrupt();
}

void connection::end_writing()
{
    error_code ignored;
    socket_.shutdown(socket::shutdown_send, ignored);
}

void connection::close()
{
    error_code ignored;
    socket_.close(ignored);
}

void connection::reset()
{
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

bool connection::has_news()
{
    char c = 0;
    error_code e;
    socket_.receive(asio::buffer(&c, 1), socket::message_peek, e);
    return !would_block(e);
}

} // namespace procd::front
