// The life of a session (the frames from the client are read in exec_session_client.cpp):
// 1. start() launches the command, with a pty or with three pipes. A failure is kept as the status.
// 2. serve() runs two coroutines. One reads frames from the client: stdin, end of stdin, window
//    size, signals. Stdin waits in command_input until the command reads it, and the client gets
//    credit for more then, so signals do not wait behind it. The other waits until a stream of the
//    command is readable, reads it once, and sends the bytes as a frame. It does not read again
//    before the frame is sent, so a slow client slows the command down and nothing is buffered.
// 3. When the command has ended, its streams are read to their ends. Processes that it left behind
//    may hold them open, so this stops after a second without output.
// 4. The client gets the exit code as the last frame.
// 5. Everything that the command has started is killed, and serve() waits until the command is
//    reaped and the other coroutine has ended. A command that KILL does not end within kill_limit
//    is reported and forgotten.
// A client that hangs up ends the session at step 5 without the exit code.
#include "supervisor/process/exec_session.hpp"

#include "supervisor/os/child.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/pty.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/slot.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <utility>

namespace procd::process {

namespace asio = boost::asio;
using core::frame_type;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds drain_limit{1};

// The exit code as a shell gives it. A command that failed before its exec gives procctl's own
// failure code.
int exit_code(core::exit_status const& status)
{
    constexpr int own_failure = 125;
    if (auto const* never = std::get_if<core::never_started>(&status);
        never && never->stage != "exec")
        return own_failure;
    return core::shell_code(status);
}

} // namespace

exec_session::exec_session(services& with, exec_request request, std::function<void()> over)
    : with_(with), request_(std::move(request)), over_(std::move(over)), wake_(with.io),
      room_(with.io)
{
}

void exec_session::start(os::launch_request base)
{
    auto const taken = [weak = weak_from_this()] {
        auto const self = weak.lock();
        if (!self)
            return;
        self->wake_.poke();
        self->room_.poke();
    };
    in_ = std::make_shared<command_input>(with_.io, taken);
    id_ = new_procd_id(with_);
    base.argv = request_.argv;
    base.environment.push_back("PROCD_ID=" + id_);
    std::optional<os::pipes> pipes;
    if (request_.tty) {
        base.pty = base.interactive = true;
        base.window = request_.window;
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
    open_streams(std::move(made->output), std::move(pipes));
}

// `terminal` is the pty's master, where the command has a pty; else there are pipes.
void exec_session::open_streams(os::unique_fd terminal, std::optional<os::pipes> pipes)
{
    if (!pipes) {
        auto input = terminal.duplicate();
        if (input)
            open_input(std::move(*input));
        else
            refuse(input.error());
        return open(out_, std::move(terminal), frame_type::stdout_data, os::output_from::pty);
    }
    if (request_.input)
        open_input(std::move(pipes->in));
    open(out_, std::move(pipes->out), frame_type::stdout_data, os::output_from::pipe);
    open(err_, std::move(pipes->err), frame_type::stderr_data, os::output_from::pipe);
}

void exec_session::kill()
{
    auto const wanted = [self = shared_from_this()]() -> std::optional<os::tree_key> {
        // Without a running leader, PROCD_ID alone finds the tree.
        return os::tree_key{nullptr, self->id_, self->pid()};
    };
    with_.kills.add({wanted, [] {}});
    if (child_ && !status_)
        child_->kill(); // at once: a stop of the survivors would send it another signal before
    if (!killed_)
        killed_ = std::chrono::steady_clock::now();
    wake_.poke();
}

void exec_session::ended(core::exit_status const& status)
{
    status_ = refused_ ? core::exit_status(*refused_) : status;
    --with_.errands;
    with_.changed.notify();
    over_();
    wake_.poke();
}

void exec_session::open(command_output& s, os::unique_fd fd, frame_type type, os::output_from from)
{
    if (auto const refused = s.open(with_.io, std::move(fd), type, from))
        refuse(refused);
}

void exec_session::open_input(os::unique_fd fd)
{
    if (auto const refused = in_->open(std::move(fd)))
        refuse(refused);
}

// A stream of the command cannot be passed on, so the command must not run. The client is told why.
void exec_session::refuse(os::error_code why)
{
    refused_ = core::never_started{"streams", why.value(), ""};
    kill();
}

void exec_session::watch_output()
{
    for (auto* const s : {&out_, &err_})
        s->watch([self = shared_from_this()] { self->wake_.poke(); });
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
    std::exception_ptr failure; // it ends this session, and the command with it
    try {
        begin_reading(socket, std::move(rest));
        co_await pass_on(socket);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await end(socket);
    if (failure)
        std::rethrow_exception(failure);
}

void exec_session::begin_reading(socket_type& socket, std::string rest)
{
    auto const self = shared_from_this();
    auto const left = [self](std::exception_ptr const&) {
        self->client_gone_ = true;
        self->reading_client_ = false;
        self->wake_.poke();
    };
    with_.tasks.spawn("ps:exec, reading from its client", read_client(socket, std::move(rest)),
                      left);
    reading_client_ = true;
    // Without this wait, a client that hangs up while serve() waits would not be noticed.
    socket.async_wait(socket_type::wait_error, [self](boost::system::error_code error) {
        self->client_gone_ = self->client_gone_ || !error;
        self->wake_.poke();
    });
}

bool exec_session::unkillable() const
{
    return killed_ && !status_ && std::chrono::steady_clock::now() >= *killed_ + kill_limit;
}

// Passes the output on until the command has ended and its streams are read, or the client is gone.
// Then sends the exit code.
asio::awaitable<void> exec_session::pass_on(socket_type& socket)
{
    std::optional<std::chrono::steady_clock::time_point> drained;
    while (!client_gone_ && !(status_ && !output_open())) {
        // Processes that the command left behind may hold its streams open for ever. Bytes that are
        // there are all sent, however long the client takes.
        bool const quiet = !out_.ready() && !err_.ready();
        if (drained && quiet && std::chrono::steady_clock::now() >= *drained)
            break;
        if (unkillable())
            break;
        bool const sent = co_await send_output(socket);
        co_await send_credit(socket);
        watch_output();
        if (status_ && (sent || !drained))
            drained = std::chrono::steady_clock::now() + drain_limit;
        auto until = drained; // GCC 12 evaluates both branches of a condition inside a co_await
        if (killed_ && !status_)
            until = *killed_ + kill_limit;
        if (!sent)
            co_await wake_.wait(until);
    }
    if (unkillable())
        forget("could not be killed");
    if (!client_gone_) {
        auto last = last_frames(); // a variable, because GCC 12 destroys a temporary twice
        co_await send(socket, std::move(last));
    }
}

// Reads each stream that has bytes once, and sends them. False when there were none.
asio::awaitable<bool> exec_session::send_output(socket_type& socket)
{
    bool sent = false;
    for (auto* s : {&out_, &err_}) {
        if (!s->is_open() || !s->ready())
            continue;
        auto frame = s->read();
        sent = true;
        if (!frame.empty())
            co_await send(socket, std::move(frame));
        if (client_gone_)
            break;
    }
    co_return sent;
}

// Kills the command and what it has left behind, and waits until the command is reaped and nobody
// reads from the client any more.
asio::awaitable<void> exec_session::end(socket_type& socket)
{
    kill(); // also the processes that the command has left behind: nobody else would end them
    boost::system::error_code ignored;
    out_.close();
    err_.close();
    in_->close(); // this ends a write that waits for the command to read
    room_.poke();
    socket.shutdown(socket_type::shutdown_both, ignored);
    socket.cancel(ignored);
    auto const patience = std::chrono::steady_clock::now() + kill_limit;
    while (reading_client_ || !status_) {
        if (!status_ && std::chrono::steady_clock::now() >= patience)
            forget("could not be killed");
        co_await wake_.wait(patience);
    }
}

// Gives up on a command that sleeps in the kernel. The end of procd must not wait for it.
void exec_session::forget(char const* why)
{
    with_.hub.system("ps:exec: pid " + std::to_string(pid()) + ' ' + why + " and is left alone");
    status_ = core::signaled{9, false};
    with_.children.spare(pid());
    child_->forget();
    --with_.errands;
    with_.changed.notify();
}

} // namespace procd::process
