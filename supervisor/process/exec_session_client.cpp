// The client of an exec session: its frames (stdin, end of stdin, window size, signals), and its
// credit for more of stdin.
#include "supervisor/os/pty.hpp"
#include "supervisor/process/exec_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

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
        while (auto const next = frames.next())
            take(*next);
        if (frames.broken())
            break;
        // A client that sends more than its credit is not read before the command has taken some.
        if (in_->size() > core::input_window) {
            co_await room_.wait({});
            continue;
        }
        auto const [error, size] = co_await socket.async_read_some(
            asio::buffer(room), asio::as_tuple(asio::use_awaitable));
        if (error)
            break;
        frames.feed({room.data(), size});
    }
    client_gone_ = true;
    wake_.poke();
}

void exec_session::take(core::frame const& f)
{
    switch (f.type) {
    case frame_type::stdin_data:
        in_->add(f.payload);
        break;
    case frame_type::stdin_eof:
        if (request_.tty)
            in_->add("\x04"); // the end of input on a terminal
        else
            in_->end();
        break;
    case frame_type::resize:
        if (auto const size = core::parse_resize(f.payload); size && request_.tty && out_.is_open())
            os::resize_pty(out_.native_handle(), {size->rows, size->columns});
        break;
    case frame_type::signal:
        if (f.payload.size() == 1 && child_)
            child_->signal(static_cast<unsigned char>(f.payload[0]));
        break;
    case frame_type::stdout_data:
    case frame_type::stderr_data:
    case frame_type::exit:
    case frame_type::error:
    case frame_type::credit:
        break; // only procd sends these frames
    }
}

std::string exec_session::greeting() const
{
    std::string frame;
    if (request_.input)
        core::append_frame(frame, frame_type::credit, core::credit_payload(core::input_window));
    return frame;
}

// The client may send as much more as the command has taken.
asio::awaitable<void> exec_session::send_credit(socket_type& socket)
{
    auto const taken = in_->take_taken();
    if (taken == 0 || !request_.input || client_gone_)
        co_return;
    std::string frame;
    core::append_frame(frame, frame_type::credit, core::credit_payload(taken));
    co_await send(socket, std::move(frame));
}

} // namespace procd::process
