// The answers of a session that are streams of JSON lines: progress of a command, logs, events.
//
// Each stream is a loop of three steps: add the lines for what is new, write them, and wait for a
// change when there was nothing to write. After a write the loop looks at the facts again before it
// waits, because a change during the write has woken nobody. A stream ends when it is complete, the
// server closes, or the client has hung up, which an error wait on the socket notices.
#include "supervisor/control/http_text.hpp"
#include "supervisor/control/session.hpp"
#include "supervisor/core/api_logs.hpp"
#include "supervisor/core/log_json.hpp"
#include "supervisor/output/follower.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace procd::control {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

// About how many bytes of records are made into JSON before they are written.
constexpr std::size_t one_write = 32 << 10;

std::string json_text(boost::json::value const& value)
{
    return boost::json::serialize(value);
}

// Tells whether two progress reports tell a client the same. Measured values that always change,
// such as CPU use, are not compared.
bool same_news(core::api::progress const& a, core::api::progress const& b)
{
    auto const same = [](core::api::process_view const& p, core::api::process_view const& q) {
        return p.name == q.name && p.state == q.state && p.ready == q.ready && p.pid == q.pid;
    };
    return a.done == b.done && a.ok == b.ok && a.message == b.message && a.not_kept == b.not_kept &&
           a.processes.size() == b.processes.size() &&
           std::equal(a.processes.begin(), a.processes.end(), b.processes.begin(), same);
}

core::api::progress failed(core::api::progress progress, std::string message)
{
    progress.done = true;
    progress.ok = false;
    progress.message = std::move(message);
    return progress;
}

// The progress at the deadline tells why it was not met.
core::api::progress too_late(core::api::progress progress, std::string const& message)
{
    auto const so_far = progress.message.empty() ? "" : ": " + progress.message;
    return failed(std::move(progress), message + so_far);
}

std::string stop_message(int running)
{
    if (running == 0)
        return "stopping";
    return "stopping, " + std::to_string(running) + (running == 1 ? " process" : " processes") +
           " left";
}

} // namespace

void session::begin_stream()
{
    http_head head;
    head.content_type = "application/x-ndjson";
    head.chunked = chunked_;
    head.keep_alive = keep_alive_;
    append_head(out_, head);
    watch_for_hangup();
}

void session::add_line(std::string_view json)
{
    std::string line(json);
    line += '\n';
    append_chunk(out_, line, chunked_);
}

asio::awaitable<void> session::end_stream()
{
    append_last_chunk(out_, chunked_);
    co_await flush();
}

// While a stream is quiet nothing is read or written, so it would not notice a client that has
// gone. EPOLLHUP comes when the client has closed the connection, but not when it has only shut
// down its side or sent another request.
void session::watch_for_hangup()
{
    if (std::exchange(watching_, true))
        return;
    socket_.async_wait(socket_type::wait_error,
                       [self = shared_from_this()](boost::system::error_code ec) {
                           if (ec)
                               return;
                           self->gone_ = true;
                           self->wake();
                       });
}

asio::awaitable<void> session::interruptibly(asio::awaitable<void> operation)
{
    interruptible_ = true;
    try {
        co_await std::move(operation);
    } catch (boost::system::system_error const& error) {
        interruptible_ = false;
        if (error.code() != asio::error::operation_aborted)
            throw;
    }
    interruptible_ = false;
    // An operation that was cut short may have ended without an exception.
    co_await asio::this_coro::reset_cancellation_state();
}

asio::awaitable<void> session::changed_or(std::optional<clock::time_point> deadline)
{
    using namespace asio::experimental::awaitable_operators;
    if (!deadline) {
        co_await host_->api.changed();
        co_return;
    }
    // Neither branch has a result, because the caller looks at the facts again.
    asio::steady_timer timer(host_->io, *deadline);
    auto change = host_->api.changed();
    auto late = timer.async_wait(asio::use_awaitable);
    try {
        co_await (std::move(change) || std::move(late));
    } catch (asio::multiple_exceptions const&) {
        // Both were cut short by wake().
    }
}

// Nobody looks whether the client is still there, because the wait is short.
asio::awaitable<void> session::send_awaited(awaited_reply asked)
{
    auto const deadline = clock::now() + asked.patience;
    while (!asked.complete() && clock::now() < deadline && !host_->closing && !gone_)
        co_await interruptibly(changed_or(deadline));
    auto const whole = asked.make();
    co_await send(whole);
}

asio::awaitable<void> session::send_goal(goal_reply command)
{
    while (command.goal.accepted && !command.goal.accepted() && !host_->closing && !gone_)
        co_await interruptibly(host_->api.changed());
    auto progress = command.goal.look();
    if (!command.wait) {
        int const status = progress.done ? 200 : 202;
        json_reply const whole{
            status, core::api::to_json(progress)}; // a variable: GCC 12 destroys temporaries twice
        co_await send(whole);
        co_return;
    }
    std::optional<clock::time_point> deadline;
    if (command.timeout)
        deadline = clock::now() + *command.timeout;
    begin_stream();
    std::optional<core::api::progress> told;
    for (;;) {
        if (!progress.done && host_->closing)
            progress = failed(std::move(progress), "procd is shutting down");
        if (!progress.done && deadline && clock::now() >= *deadline)
            progress = too_late(std::move(progress), command.timeout_message);
        if (!told || !same_news(progress, *told)) {
            add_line(json_text(core::api::to_json(progress)));
            told = progress;
        }
        if (progress.done)
            break;
        if (!out_.empty()) {
            if (!co_await flush())
                co_return;
        } else {
            co_await interruptibly(changed_or(deadline));
            if (gone_)
                co_return;
        }
        progress = command.goal.look(); // also after a write: a change during it woke nobody
    }
    co_await end_stream();
}

asio::awaitable<void> session::send_shutdown(shutdown_reply asked)
{
    core::api::progress progress;
    progress.message = stop_message(host_->api.status().total.running);
    if (!asked.wait) {
        json_reply const whole{202, core::api::to_json(progress)};
        co_await send(whole);
        co_return;
    }
    begin_stream();
    std::optional<core::api::progress> told;
    while (!host_->closing) {
        progress.message = stop_message(host_->api.status().total.running);
        if (!told || !same_news(progress, *told))
            add_line(json_text(core::api::to_json(progress)));
        told = progress;
        if (!out_.empty()) {
            if (!co_await flush())
                co_return;
            continue; // procd may have stopped meanwhile
        }
        co_await interruptibly(host_->api.changed());
        if (gone_)
            co_return;
    }
    progress.done = progress.ok = true;
    progress.message = "stopped";
    add_line(json_text(core::api::to_json(progress)));
    co_await end_stream();
}

// A step of the records is about 64 KiB, and so are the bytes that wait to be written.
asio::awaitable<bool> session::write_records(output::batch batch)
{
    if (batch.missed > 0)
        add_line("{\"missed\":" + std::to_string(batch.missed) + "}");
    core::json_lines lines(std::move(batch.records));
    for (bool more = true; more;) {
        {
            auto const text = lines.take(one_write);
            more = !text.empty();
            append_chunk(out_, text.view(), chunked_);
        }
        if (!out_.empty() && !co_await flush())
            co_return false;
    }
    co_return true;
}

asio::awaitable<void> session::send_logs(logs_reply logs)
{
    if (logs.follow)
        patience_ = patience::unlimited;
    begin_stream();
    auto const from = logs.follow ? host_->hub.follow(logs.query) : host_->hub.read(logs.query);
    if (logs.files)
        add_line(json_text(core::api::to_json(from->files_before())));
    // A follower is told at once that it is served, because its first record may take long.
    bool going = co_await flush();
    while (going) {
        auto batch = from->take();
        bool const past_ended = batch.past_ended;
        if (!batch.records.empty() || batch.missed > 0 || past_ended) {
            going = co_await write_records(std::move(batch));
            if (going && past_ended && logs.files) {
                add_line(json_text(core::api::past_end_json()));
                going = co_await flush();
            }
            continue;
        }
        if (from->closed() || host_->closing)
            break;
        co_await interruptibly(from->wait());
        going = !gone_;
    }
    if (going)
        co_await end_stream();
}

asio::awaitable<void> session::send_events(events_reply asked)
{
    if (asked.follow)
        patience_ = patience::unlimited;
    begin_stream();
    auto at = host_->events.from_last(asked.lines);
    for (;;) {
        auto const batch = host_->events.take(at);
        if (batch.missed > 0)
            add_line("{\"missed\":" + std::to_string(batch.missed) + "}");
        for (auto const& event : batch.events)
            add_line(json_text(core::api::to_json(event)));
        if (!out_.empty() && !co_await flush())
            co_return;
        if (!batch.events.empty())
            continue;
        if (!asked.follow || host_->events.closed() || host_->closing)
            break;
        co_await interruptibly(host_->events.wait(at));
        if (gone_)
            co_return;
    }
    co_await end_stream();
}

} // namespace procd::control
