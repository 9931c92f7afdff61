#include "supervisor/process/exec_session.hpp"

#include "supervisor/os/child.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/output_pipe.hpp"
#include "supervisor/os/pty.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cerrno>
#include <utility>

namespace procd::process {

namespace asio = boost::asio;
using core::frame_type;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t one_read = 32 << 10;
constexpr std::chrono::seconds drain_limit{1};

// As a shell has it; what could not be run at all is procctl's own failure.
int exit_code(core::exit_status const& status)
{
    constexpr int own_failure = 125;
    if (auto const* never = std::get_if<core::never_started>(&status);
        never && never->stage != "exec")
        return own_failure;
    return core::shell_code(status);
}

} // namespace

exec_session::exec_session(services& with, exec_request what, std::function<void()> over)
    : with_(with), what_(std::move(what)), over_(std::move(over)), wake_(with.io)
{
}

void exec_session::start(os::launch_request base)
{
    id_ = new_procd_id(with_);
    base.argv = what_.argv;
    base.environment.push_back("PROCD_ID=" + id_);
    std::optional<os::pipes> pipes;
    if (what_.tty) {
        base.pty = base.interactive = true;
        base.window = what_.window;
    } else if (auto made = os::open_pipes()) {
        pipes = std::move(*made);
        base.streams = &*pipes;
    } else {
        status_ = core::never_started{"pipe", made.error().value(), ""};
        return;
    }
    auto made = os::launch(base);
    if (!made) {
        status_ = made.error();
        return;
    }
    ++with_.errands;
    child_.emplace(
        with_.io, with_.children, *made,
        [self = shared_from_this()](core::exit_status const& status) { self->ended(status); });
    if (what_.tty) {
        in_.emplace(with_.io, ::dup(made->output.get()));
        open(out_, std::move(made->output), frame_type::stdout_data, true);
        return;
    }
    if (what_.input)
        in_.emplace(with_.io, pipes->in.release());
    open(out_, std::move(pipes->out), frame_type::stdout_data, false);
    open(err_, std::move(pipes->err), frame_type::stderr_data, false);
}

void exec_session::kill()
{
    os::kill_tree({nullptr, id_, pid()}); // without a leader by its PROCD_ID alone
    if (!killed_)
        killed_ = std::chrono::steady_clock::now();
    wake_.poke();
}

void exec_session::ended(core::exit_status const& status)
{
    status_ = status;
    --with_.errands;
    with_.changed.notify();
    over_();
    wake_.poke();
}

void exec_session::open(source& s, os::unique_fd fd, frame_type type, bool pty)
{
    s.fd.emplace(with_.io, fd.release());
    s.type = type;
    s.pty = pty;
}

// Its readiness pokes the one who sends; who is not waited for is held back by the kernel.
void exec_session::watch(source& s)
{
    if (!s.fd || s.waiting || s.ready)
        return;
    s.waiting = true;
    s.fd->async_wait(descriptor::wait_read,
                     [self = shared_from_this(), &s](boost::system::error_code error) {
                         s.waiting = false;
                         s.ready = !error;
                         self->wake_.poke();
                     });
}

// A frame of what is there; closes the stream at its end.
std::string exec_session::read(source& s)
{
    std::array<char, one_read> room;
    s.ready = false;
    auto const got = os::read_output(s.fd->native_handle(), s.pty, room);
    if (got.next == os::output_read::then::ended)
        s.fd.reset();
    else if (got.next == os::output_read::then::more)
        s.ready = true;
    std::string frame;
    if (got.bytes > 0)
        core::append_frame(frame, s.type, {room.data(), got.bytes});
    return frame;
}

std::string exec_session::last_frames() const
{
    std::string frames;
    if (std::holds_alternative<core::never_started>(*status_))
        core::append_frame(frames, frame_type::error, core::describe(*status_));
    core::append_frame(frames, frame_type::exit,
                       std::string(1, static_cast<char>(exit_code(*status_))));
    return frames;
}

asio::awaitable<void> exec_session::send(socket_type& socket, std::string bytes)
{
    auto const [error, size] = co_await asio::async_write(socket, asio::buffer(bytes), as_result);
    client_gone_ = client_gone_ || error;
}

asio::awaitable<void> exec_session::serve(socket_type& socket, std::string rest)
{
    auto const self = shared_from_this();
    reading_client_ = true;
    asio::co_spawn(with_.io, read_client(socket, std::move(rest)),
                   [self](std::exception_ptr const&) {
                       self->reading_client_ = false;
                       self->wake_.poke();
                   });
    // A client that hangs up while its bytes are waited for would go unnoticed.
    socket.async_wait(socket_type::wait_error, [self](boost::system::error_code error) {
        self->client_gone_ = self->client_gone_ || !error;
        self->wake_.poke();
    });
    std::optional<std::chrono::steady_clock::time_point> drained;
    while (!client_gone_ && !(status_ && !output_open())) {
        // What it left behind may hold its output for ever; but all that is there is sent, however
        // long the client takes.
        bool const quiet = !out_.ready && !err_.ready;
        if (drained && quiet && std::chrono::steady_clock::now() >= *drained)
            break;
        if (killed_ && !status_ && std::chrono::steady_clock::now() >= *killed_ + kill_limit)
            break;
        bool sent = false;
        for (auto* s : {&out_, &err_}) {
            if (!s->fd || !s->ready)
                continue;
            auto frame = read(*s);
            sent = true;
            if (!frame.empty())
                co_await send(socket, std::move(frame));
            if (client_gone_)
                break;
        }
        watch(out_);
        watch(err_);
        if (status_ && (sent || !drained))
            drained = std::chrono::steady_clock::now() + drain_limit;
        auto until = drained; // named: GCC 12 evaluates both ways of a condition in a co_await
        if (killed_ && !status_)
            until = *killed_ + kill_limit;
        if (!sent)
            co_await wake_.wait(until);
    }
    if (!status_ && killed_ && std::chrono::steady_clock::now() >= *killed_ + kill_limit)
        forget("could not be killed");
    if (!client_gone_) {
        auto last = last_frames(); // named: GCC 12 destroys a temporary twice
        co_await send(socket, std::move(last));
    }
    kill(); // also what the command has left behind: nobody else would look after it
    boost::system::error_code ignored;
    out_.fd.reset();
    err_.fd.reset();
    if (in_)
        in_->close(ignored); // a write may be waiting on it
    socket.shutdown(socket_type::shutdown_both, ignored);
    socket.cancel(ignored);
    auto const patience = std::chrono::steady_clock::now() + kill_limit;
    while (reading_client_ || !status_) {
        if (!status_ && std::chrono::steady_clock::now() >= patience)
            forget("could not be killed");
        co_await wake_.wait(patience);
    }
}

// Its end does not come: asleep in the kernel. procd's own end is not to wait for it.
void exec_session::forget(char const* why)
{
    with_.hub.system("ps:exec: pid " + std::to_string(pid()) + ' ' + why + " and is left alone");
    status_ = core::signaled{9, false};
    child_->forget();
    --with_.errands;
    with_.changed.notify();
}

asio::awaitable<void> exec_session::read_client(socket_type& socket, std::string rest)
{
    auto const self = shared_from_this();
    core::frame_reader frames;
    frames.feed(rest);
    std::vector<char> room(one_read);
    while (!client_gone_) {
        while (auto next = frames.next()) {
            auto frame = std::move(*next);
            co_await take(std::move(frame));
        }
        if (frames.broken())
            break;
        auto const [error, size] = co_await socket.async_read_some(asio::buffer(room), as_result);
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
        if (what_.tty) {
            std::string end_of_input(1, '\x04'); // what a terminal's is
            co_await write_input(std::move(end_of_input));
        } else {
            in_.reset();
        }
        break;
    case frame_type::resize:
        if (auto const size = core::parse_resize(f.payload); size && what_.tty && out_.fd)
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
        break; // ours to send
    }
}

// Waits for a command that does not read; a client that hangs up meanwhile is noticed by its
// socket.
asio::awaitable<void> exec_session::write_input(std::string bytes)
{
    if (!in_)
        co_return;
    if (!in_->is_open())
        co_return;
    auto const [error, size] = co_await asio::async_write(*in_, asio::buffer(bytes), as_result);
    boost::system::error_code ignored;
    if (error)
        in_->close(ignored); // the command has closed its stdin
}

} // namespace procd::process
