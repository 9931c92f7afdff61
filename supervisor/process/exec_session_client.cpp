// The frames from the client of an exec session: stdin, end of stdin, window size, signals.
#include "supervisor/os/pty.hpp"
#include "supervisor/process/exec_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>
#include <vector>

namespace procd::process {

namespace asio = boost::asio;
using core::frame_type;

asio::awaitable<void> exec_session::read_client(socket_type& socket, std::string rest)
{
    auto const self = shared_from_this();
    core::frame_reader frames;
    frames.feed(rest);
    std::vector<char> room(std::size_t{32} << 10);
    while (!client_gone_) {
        while (auto next = frames.next()) {
            auto frame = std::move(*next);
            co_await take(std::move(frame));
        }
        if (frames.broken())
            break;
        auto const [error, size] = co_await socket.async_read_some(
            asio::buffer(room), asio::as_tuple(asio::use_awaitable));
        if (error)
            break;
        frames.feed({room.data(), size});
    }
    client_gone_ = true;
    wake_.poke();
}

asio::awaitable<void> exec_session::take(core::frame f)
{
    switch (f.type) {
    case frame_type::stdin_data:
        co_await write_input(std::move(f.payload));
        break;
    case frame_type::stdin_eof:
        if (request_.tty) {
            std::string end_of_input(1, '\x04'); // the end of input on a terminal
            co_await write_input(std::move(end_of_input));
        } else {
            in_.reset();
        }
        break;
    case frame_type::resize:
        if (auto const size = core::parse_resize(f.payload); size && request_.tty && out_.fd)
            os::resize_pty(out_.fd->native_handle(), {size->rows, size->columns});
        break;
    case frame_type::signal:
        if (f.payload.size() == 1 && child_)
            child_->signal(static_cast<unsigned char>(f.payload[0]));
        break;
    case frame_type::stdout_data:
    case frame_type::stderr_data:
    case frame_type::exit:
    case frame_type::error:
        break; // only procd sends these frames
    }
}

// Writes to the stdin of the command, and waits while the command does not read. The socket's error
// wait notices a client that hangs up meanwhile.
asio::awaitable<void> exec_session::write_input(std::string bytes)
{
    if (!in_)
        co_return;
    if (!in_->is_open())
        co_return;
    auto const [error, size] =
        co_await asio::async_write(*in_, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    boost::system::error_code ignored;
    if (error)
        in_->close(ignored); // the command has closed its stdin
}

} // namespace procd::process
