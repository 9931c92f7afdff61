// The life of a session:
// 1. read_request() reads until the reader has a whole request. Between requests the session is
//    idle, for any time. Once the first byte of a request is here, the rest must arrive in time, or
//    the request is refused with 408.
// 2. answer() routes the request and sends the reply: whole, as a stream (session_streams.cpp), or
//    by switching the connection to the frames of a command.
// 3. The session goes on with the next request, unless the client or the server closes.
// wake() may interrupt waits that are marked with interruptible_, never a write, so that no answer
// is torn. After an interrupted wait the cancellation state is reset, because Asio would otherwise
// fail every later operation of the coroutine.
#include "supervisor/control/session.hpp"

#include "supervisor/control/http_text.hpp"
#include "supervisor/control/problem.hpp"
#include "supervisor/process/exec_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace procd::control {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Counts an answer among those that occupy their connections while it is being sent.
class counted {
public:
    counted(session_host& host, occupation takes)
        : count_(takes == occupation::stream ? &host.streams
                 : takes == occupation::wait ? &host.waits
                                             : nullptr)
    {
        if (count_)
            ++*count_;
    }
    ~counted()
    {
        if (count_)
            --*count_;
    }
    counted(counted const&) = delete;
    counted& operator=(counted const&) = delete;

private:
    std::size_t* count_;
};

} // namespace

session::session(std::shared_ptr<session_host> host, socket_type socket)
    : host_(std::move(host)), socket_(std::move(socket)), arrival_(host_->io), write_(host_->io)
{
}

asio::awaitable<void> session::run()
{
    while (!gone_) {
        auto request = co_await read_request();
        if (!request)
            break;
        chunked_ = request->version() == 11;
        head_ = request->method() == boost::beast::http::verb::head;
        keep_alive_ = chunked_ && request->keep_alive() && !host_->closing;
        patience_ = patience::limited;
        co_await answer(*request);
        out_ = {}; // a client that is idle holds nothing
        if (!keep_alive_)
            break;
    }
    cut();
}

void session::wake()
{
    if (interruptible_)
        cancel_.emit(asio::cancellation_type::terminal);
}

void session::cut()
{
    gone_ = true;
    error_code ignored;
    socket_.close(ignored);
    arrival_.cancel();
    write_.cancel();
    wake();
}

asio::awaitable<std::optional<http_request>> session::read_request()
{
    for (;;) {
        auto request = reader_.next();
        if (request) {
            if (std::exchange(arriving_, false))
                arrival_.cancel();
            co_return request;
        }
        if (reader_.error() != 0) {
            co_await refuse(reader_.error(), reader_.error_text());
            co_return std::nullopt;
        }
        if (reader_.wants_continue()) {
            out_ = "HTTP/1.1 100 Continue\r\n\r\n";
            if (!co_await flush())
                co_return std::nullopt;
        }
        if (!co_await read_more()) {
            if (late_)
                co_await refuse(408, "the request did not arrive in time");
            co_return std::nullopt;
        }
    }
}

// Reads more bytes; false when the session is to end. A connection may be idle for any time, but a
// request that has begun has a time limit.
asio::awaitable<bool> session::read_more()
{
    bool const begun = reader_.in_request();
    if (!begun && host_->closing)
        co_return false;
    if (begun)
        limit_arrival();
    else
        mark(activity::idle);
    interruptible_ = true;
    auto const [ec, size] = co_await socket_.async_read_some(reader_.prepare(), as_result);
    interruptible_ = false;
    mark(activity::busy);
    // A cancelled coroutine cannot await anything more, but a refusal may still have to be sent.
    co_await asio::this_coro::reset_cancellation_state();
    if (ec)
        co_return false;
    reader_.commit(size);
    co_return true;
}

void session::limit_arrival()
{
    if (std::exchange(arriving_, true))
        return;
    arrival_.expires_after(host_->request_timeout);
    arrival_.async_wait([self = weak_from_this()](error_code ec) {
        auto const that = self.lock();
        if (ec || !that || !that->arriving_)
            return;
        that->late_ = true;
        that->wake();
    });
}

void session::mark(activity now)
{
    bool const idle = now == activity::idle;
    if (idle_ == idle)
        return;
    auto& from = idle_ ? host_->idle : host_->busy;
    auto& to = idle ? host_->idle : host_->busy;
    to.splice(to.end(), from, place);
    idle_ = idle;
}

// Writes the buffer out_. False when the client is gone.
asio::awaitable<bool> session::flush()
{
    if (gone_)
        co_return false;
    limit_write();
    auto const [ec, size] = co_await asio::async_write(socket_, asio::buffer(out_), as_result);
    ++writes_; // a timer that has expired just now is for this write
    write_.cancel();
    out_.clear();
    constexpr std::size_t usual = 64 << 10;
    if (out_.capacity() > usual)
        out_.shrink_to_fit();
    if (ec)
        gone_ = true;
    co_return !ec;
}

void session::limit_write()
{
    if (patience_ == patience::unlimited)
        return;
    write_.expires_after(host_->request_timeout);
    write_.async_wait([self = weak_from_this(), writes = writes_](error_code ec) {
        if (auto const that = self.lock(); that && !ec && that->writes_ == writes)
            that->cut();
    });
}

asio::awaitable<void> session::refuse(int status, std::string detail)
{
    co_await asio::this_coro::reset_cancellation_state();
    keep_alive_ = false;
    auto const problem = problem_reply(make_problem(status, std::move(detail)));
    co_await send(problem);
}

asio::awaitable<void> session::answer(http_request const& request)
{
    auto const room = room_beside(host_->most_connections, host_->streams, host_->waits);
    auto routed = route(host_->api, host_->hub, request, room);
    counted const occupied(*host_, routed.takes);
    auto& answer = routed.answer;
    if (auto* whole = std::get_if<json_reply>(&answer))
        co_await send(*whole);
    else if (auto* awaited = std::get_if<awaited_reply>(&answer))
        co_await send_awaited(std::move(*awaited));
    else if (auto* goal = std::get_if<goal_reply>(&answer))
        co_await send_goal(std::move(*goal));
    else if (auto* logs = std::get_if<logs_reply>(&answer))
        co_await send_logs(std::move(*logs));
    else if (auto* events = std::get_if<events_reply>(&answer))
        co_await send_events(*events);
    else if (auto* shutdown = std::get_if<shutdown_reply>(&answer))
        co_await send_shutdown(*shutdown);
    else if (auto* exec = std::get_if<exec_reply>(&answer))
        co_await become_stream(std::move(*exec));
}

// Switches the connection to frames; they are its protocol until it ends.
asio::awaitable<void> session::become_stream(exec_reply exec)
{
    keep_alive_ = false;
    out_ = "HTTP/1.1 101 Switching Protocols\r\nServer: procd\r\nConnection: Upgrade\r\n"
           "Upgrade: procd-stream\r\n\r\n" +
           exec.command->greeting();
    bool const told = co_await flush();
    auto rest = reader_.take_rest();
    if (told)
        co_await exec.command->serve(socket_, std::move(rest));
    else
        exec.command->kill();
}

asio::awaitable<void> session::send(json_reply const& whole)
{
    auto const body = boost::json::serialize(whole.body);
    http_head head;
    head.status = whole.status;
    head.content_type = whole.content_type;
    head.length = body.size() + 1;
    head.keep_alive = keep_alive_;
    head.allow = whole.allow;
    append_head(out_, head);
    if (!head_) {
        out_ += body;
        out_ += '\n';
    }
    co_await flush();
}

} // namespace procd::control
