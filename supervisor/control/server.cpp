// The way of a connection:
// 1. accept_all() waits until a client is there. When descriptors run out, one that was kept in
//    reserve is released, and then the session that was idle for the longest time is closed. An
//    error or exception ends the connection that it came from, and accepting goes on.
// 2. accept_one() refuses other users with 403. With all connections in use it closes the longest
//    idle session, or refuses with 503 when all are busy. A refusal is one write without a session.
// 3. admit() starts a session as a coroutine and puts it on the busy list. The session itself moves
//    between that list and the idle one.
// 4. session_ended() takes the session off its list and refills the reserve of descriptors. The
//    spawner has reported an exception, unless it came from cutting the session off.
// close() ends all of this in two steps of 900 ms: first sessions may finish, then they are cut
// off.
#include "supervisor/control/server.hpp"

#include "supervisor/control/http_text.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/control/session.hpp"
#include "supervisor/loop/adopt.hpp"
#include "supervisor/loop/end_of_round.hpp"
#include "supervisor/loop/spawner.hpp"
#include "supervisor/os/fd_reserve.hpp"
#include "supervisor/os/heap.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <exception>
#include <utility>

namespace procd::control {

namespace asio = boost::asio;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

// The accept loop and every session hold this object, so it lives until they have ended.
struct server::impl : std::enable_shared_from_this<impl> {
    impl(asio::io_context& io, control_api& api, output::hub& hub, output::event_log& events,
         server_options o)
        : host(std::make_shared<session_host>(
              session_host{io, api, hub, events, o.request_timeout, false, {}, {}})),
          options(std::move(o)), tasks(io, options.report), ended(io),
          after_sessions(io, [] { os::trim_heap(); }), acceptor(io)
    {
        host->most_connections = options.max_connections;
    }

    ~impl()
    {
        if (acceptor.is_open())
            acceptor.release(); // the listener closes it
    }

    asio::awaitable<void> accept_all();
    bool accept_safely();
    bool accept_one();
    os::result<os::unique_fd> accept_somehow();
    void admit(os::unique_fd fd);
    void refuse(os::unique_fd fd, int status, std::string detail);
    bool close_longest_idle();
    void session_ended(std::shared_ptr<session> const& s);
    asio::awaitable<void> sessions_gone(clock::time_point deadline);
    std::size_t count() const { return host->busy.size() + host->idle.size(); }

    std::shared_ptr<session_host> host;
    server_options options;
    loop::spawner tasks;
    os::fd_reserve reserve;
    os::unix_listener listener;
    loop::condition ended; // notified when a session has ended
    loop::end_of_round after_sessions;
    asio::posix::stream_descriptor acceptor;
    bool accepting = false;
};

server::server(asio::io_context& io, control_api& api, output::hub& hub, output::event_log& events,
               server_options options)
    : impl_(std::make_shared<impl>(io, api, hub, events, std::move(options)))
{
}

server::~server() = default;

std::size_t server::connections() const
{
    return impl_->count();
}

os::result<void> server::listen()
{
    auto listener = os::listen_unix(impl_->options.path, impl_->options.directory);
    if (!listener)
        return listener.error();
    error_code refused;
    impl_->acceptor.assign(listener->get(), refused);
    if (refused) {
        listener->remove();
        return refused;
    }
    impl_->listener = std::move(*listener);
    impl_->accepting = true;
    auto const stopped = [self = impl_](std::exception_ptr const&) {
        self->accepting = false;
        self->ended.notify();
    };
    impl_->tasks.spawn("accepting at the control socket", impl_->accept_all(), stopped);
    return {};
}

os::result<server::listening> server::listen_again()
{
    auto& i = *impl_;
    if (!i.accepting || i.host->closing || i.listener.in_place())
        return listening::as_before;
    auto listener = os::listen_unix(i.options.path, i.options.directory);
    if (!listener)
        return listener.error();
    i.acceptor.release(); // accept_all() goes on with the new one
    i.listener.remove();  // it may still be there under another name
    i.listener = std::move(*listener);
    error_code failed;
    i.acceptor.assign(i.listener.get(), failed);
    if (failed)
        return failed;
    return listening::anew;
}

asio::awaitable<void> server::impl::accept_all()
{
    while (!host->closing) {
        auto const [ec] = co_await acceptor.async_wait(asio::posix::descriptor_base::wait_read,
                                                       asio::as_tuple(asio::use_awaitable));
        if (host->closing || (ec && ec != asio::error::operation_aborted))
            break;
        if (ec)
            continue; // listen_again() has put another socket in the place of this one
        // Without descriptors the listener stays readable, so there is a pause before the next
        // look.
        if (!accept_safely())
            co_await ended.wait_until(clock::now() + std::chrono::seconds(1));
    }
    acceptor.release();
}

// An exception is reported and counts as a shortage, because the next look may throw as well.
bool server::impl::accept_safely()
{
    try {
        return accept_one();
    } catch (...) {
        tasks.report("accepting a client at the control socket", std::current_exception());
        return false;
    }
}

// Accepts one connection. False when no descriptor is available.
bool server::impl::accept_one()
{
    auto fd = accept_somehow();
    if (!fd) {
        int const error = fd.error().value();
        return error != EMFILE && error != ENFILE && error != ENOMEM && error != ENOBUFS;
    }
    auto const peer = os::peer_of(fd->get());
    if (!peer || (peer->uid != 0 && peer->uid != options.owner)) {
        refuse(std::move(*fd), 403, "only the owner of this procd and root may speak to it");
        return true;
    }
    if (count() >= options.max_connections && !close_longest_idle()) {
        refuse(std::move(*fd), 503,
               "all " + std::to_string(options.max_connections) + " connections are in use");
        return true;
    }
    admit(std::move(*fd));
    return true;
}

// Accepts a connection. When descriptors run out, it releases one of the reserve, then closes a
// session that is idle, and tries again.
os::result<os::unique_fd> server::impl::accept_somehow()
{
    for (;;) {
        auto fd = os::accept_unix(listener.get());
        if (fd)
            return fd;
        int const error = fd.error().value();
        bool const used_up = error == EMFILE || error == ENFILE;
        if (!used_up || (!reserve.release_one() && !close_longest_idle()))
            return fd;
    }
}

void server::impl::admit(os::unique_fd fd)
{
    session::socket_type socket(host->io);
    if (auto const refused = loop::adopt(socket, fd)) {
        options.report("a client of the control socket was turned away: " + refused.message());
        return;
    }
    auto const s = std::make_shared<session>(host, std::move(socket));
    s->place = host->busy.insert(host->busy.end(), s);
    auto const over = [self = shared_from_this(), s](std::exception_ptr const&) {
        self->session_ended(s);
    };
    try {
        tasks.spawn("a session of the control socket", s->run(), over, s->slot());
    } catch (...) { // no memory: without its coroutine nothing else would end it
        host->busy.erase(s->place);
        throw;
    }
}

void server::impl::refuse(os::unique_fd fd, int status, std::string detail)
{
    auto const problem = make_problem(status, std::move(detail));
    auto const body = boost::json::serialize(core::api::to_json(problem)) + "\n";
    std::string text;
    http_head head;
    head.status = status;
    head.content_type = "application/problem+json";
    head.length = body.size();
    head.keep_alive = false;
    append_head(text, head);
    text += body;
    session::socket_type socket(host->io);
    if (loop::adopt(socket, fd))
        return;         // then it is refused without words
    error_code ignored; // the write is not short: the buffer of a new connection is large enough
    socket.write_some(asio::buffer(text), ignored);
}

bool server::impl::close_longest_idle()
{
    if (host->idle.empty())
        return false;
    auto const s = host->idle.front();
    s->mark(session::activity::busy);
    s->cut();
    return true;
}

void server::impl::session_ended(std::shared_ptr<session> const& s)
{
    s->cut();
    auto& list = s->idle() ? host->idle : host->busy;
    list.erase(s->place);
    reserve.refill();
    ended.notify();
    if (s->had_stream()) // such answers are large, and many clients may have left at once
        after_sessions.ask();
}

asio::awaitable<void> server::impl::sessions_gone(clock::time_point deadline)
{
    while ((count() > 0 || accepting) && clock::now() < deadline)
        co_await ended.wait_until(deadline);
}

asio::awaitable<void> server::close()
{
    auto const self = impl_;
    constexpr auto grace = std::chrono::milliseconds(900);
    auto& host = *self->host;
    host.closing = true;
    host.events.close();
    self->listener.remove();
    error_code ignored;
    self->acceptor.cancel(ignored);
    self->ended.notify(); // the accept loop may be pausing
    for (auto const* list : {&host.busy, &host.idle})
        for (auto const& s : *list)
            s->wake();
    co_await self->sessions_gone(clock::now() + grace);

    for (auto const* list : {&host.busy, &host.idle})
        for (auto const& s : *list)
            s->cut();
    co_await self->sessions_gone(clock::now() + grace);
    self->listener.close();
}

} // namespace procd::control
