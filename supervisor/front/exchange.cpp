// The steps of an exchange:
//
// 1. connect() takes a connection that waits in the pool, or makes a new one.
// 2. send() writes the head with the part of the body that is there. Beside the next steps, an
//    upload relays the rest.
// 3. read_response_head() waits for the response. A connection from the pool may have been closed
//    by the app in the meantime. Then the request is sent once more on a new one, if it may be
//    repeated and its body is still here. If nothing comes on that one either, the process may just
//    have died, and the session asks for another one.
// 4. Interim responses are passed on, and deliver() passes on the response's head, then its body
//    (exchange_response.cpp).
// 5. The connection goes back to the pool, if both sides have read all that belongs to the request.
//
// The time limit belongs to the client's connection. alive() moves it with each byte. When a
// request takes longer, watch_client() begins to look for a client that leaves, so that the process
// can have the next request.
#include "supervisor/front/exchange.hpp"

#include "supervisor/front/session_parts.hpp"

#include <algorithm>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// A request that may not be repeated takes a connection that was used a moment ago, or a new one.
constexpr milliseconds fresh_enough{500}, young_enough{1000};

outcome failed(int status, fault_code code)
{
    outcome o;
    o.status = status;
    o.code = code;
    return o;
}

outcome not_connected(no_connection why, access& told)
{
    if (why == no_connection::refused)
        return failed(503, fault_code::connect_refused);
    if (why == no_connection::too_late)
        return failed(503, fault_code::connect_timeout);
    told.desc = shortage_text;
    outcome o;
    o.status = 503;
    return o;
}

} // namespace

exchange::exchange(house& with, std::shared_ptr<connection> client, deadline& limit,
                   request_head request, std::string head, forwarding facts)
    : with_(with), client_(std::move(client)), limit_(limit), request_(std::move(request)),
      head_(std::move(head)), facts_(std::move(facts)),
      upload_(std::make_shared<upload>(with, client_, limit, request_.body))
{
}

void exchange::alive()
{
    limit_.set(clock::now() + with_.limits.between_bytes);
}

void exchange::expired()
{
    late_ = true;
    upload_->stop();
    if (answered_ && !delivered_)
        client_->cancel();
    else
        client_->interrupt(); // it gets an answer yet, or has got it
    if (upstream_)
        upstream_->cancel();
}

void exchange::end()
{
    limit_.clear();
    limit_.on_reminder(nullptr);
    upload_->cut();
    watch_.reset();
}

void exchange::watch_client()
{
    if (watch_ || !upload_->done())
        return;
    watch_.emplace(with_.leaving, client_, [this] {
        client_left_ = true;
        if (upstream_)
            upstream_->cancel();
    });
}

asio::awaitable<outcome> exchange::run(std::shared_ptr<exchange> self, in_flight to, access& told)
{
    at_exit const at_end([&self] { self->end(); });
    self->limit_.on_reminder([&of = *self] { of.watch_client(); });
    self->to_ = std::move(to);
    told.process = self->to_->facts.name;
    auto const begun = clock::now();
    outcome result;
    do {
        bool const again = std::exchange(self->retry_, false);
        if (auto const why = co_await self->connect(told)) {
            if (again) { // the process has just died
                self->to_.end();
                co_return result;
            }
            self->was_refused_ = *why != no_connection::shortage;
            self->to_.end();
            co_return not_connected(*why, told);
        }
        result = co_await self->attempt();
    } while (self->retry_);
    co_await upload::end(self->upload_);
    if (self->late_ && !result.answered && self->upload_->client_was_idle()) {
        result = failed(408, fault_code::client_idle);
        told.desc = "the body of the request stood still";
    }
    if (!self->upload_->done()) {
        result.keep_alive = false;
        result.unread = !self->client_failed_ && !self->upload_->client_failed();
    }
    if (self->upload_->is_too_large())
        told.desc = "the body is too large";
    told.service_ms = ms_since(begun);
    self->to_.end();
    co_return result;
}

// Nothing: there is a connection.
asio::awaitable<std::optional<no_connection>> exchange::connect(access& told)
{
    auto const begun = clock::now();
    limit_.clear(); // dial() has its own
    auto& target = *to_.to();
    if (!reused_) {
        bool const can_repeat = is_idempotent(request_.method) && upload_->done();
        auto const most = can_repeat ? young_enough : fresh_enough;
        if ((upstream_ = with_.pool.take(target, most))) {
            reused_ = true;
            told.connect_ms = 0;
            co_return std::nullopt;
        }
    }
    reused_ = false;
    auto made = co_await dial(with_.io, to_.to(), begun + longest_connect);
    told.connect_ms = ms_since(begun);
    if (!made)
        co_return made.error();
    upstream_ = std::move(*made);
    co_return std::nullopt;
}

// The request's head, and as much of its body as has come.
asio::awaitable<bool> exchange::send()
{
    std::string out;
    out.reserve(head_.size() + 512);
    write_request(out, request_, head_, facts_);
    auto const part = upload_->first_part();
    if (upload_->is_too_large()) {
        client_->use(part.size());
        co_return false;
    }
    auto writing = upstream_->write(out, part);
    client_->use(part.size());
    co_return co_await std::move(writing);
}

asio::awaitable<outcome> exchange::attempt()
{
    first_byte_ = false;
    bool const sent = co_await send();
    if (upload_->bad())
        co_return failed(400, fault_code::client_interrupted);
    if (upload_->is_too_large())
        co_return no_response();
    auto const patience = upload_->done() ? with_.response_timeout() : with_.limits.between_bytes;
    limit_.set(clock::now() + patience);
    limit_.remind(clock::now() + with_.limits.before_watching);
    if (sent && !upload_->done())
        upload_->begin(upstream_);
    response_head response;
    std::string head;
    for (;;) {
        if (!co_await read_response_head(response, head))
            co_return no_response();
        if (!response.interim)
            break;
        interim_ = true;
        first_byte_ = false;
        limit_.set(clock::now() + std::max(with_.response_timeout(), with_.limits.between_bytes));
        if (request_.version == 11) {
            std::string text;
            write_response(text, response, head, {});
            if (!co_await client_->write(text))
                co_return failed(0, fault_code::client_interrupted);
        }
    }
    if (response.switches)
        co_return co_await switch_protocols(std::move(head), response);
    co_return co_await deliver(response, std::move(head));
}

// No head has come, or none that can be passed on.
outcome exchange::no_response()
{
    if (client_left_)
        return failed(0, fault_code::client_interrupted);
    if (late_)
        return failed(504, fault_code::timeout);
    if (upload_->is_too_large()) {
        outcome o;
        o.status = 413;
        return o;
    }
    if (upload_->client_failed())
        return failed(0, fault_code::client_interrupted);
    if (upload_->bad())
        return failed(400, fault_code::client_interrupted);
    if (first_byte_)
        return failed(502, fault_code::bad_response);
    bool const can_repeat = !interim_ && !upload_->has_begun() && is_idempotent(request_.method);
    retry_ = can_repeat && reused_;
    auto result = failed(502, fault_code::no_response);
    result.can_go_elsewhere = can_repeat; // the process may just have died
    return result;
}

asio::awaitable<bool> exchange::read_response_head(response_head& found, std::string& head)
{
    std::size_t searched = 0;
    for (;;) {
        auto const bytes = upstream_->bytes();
        if (auto const length = head_length(bytes, searched); length > 0) {
            auto read = read_response(bytes.substr(0, length), request_.method);
            if (!read || (read->switches && !request_.upgrades))
                co_return false;
            head = bytes.substr(0, length);
            found = *read;
            upstream_->use(length);
            co_return true;
        }
        if (hopeless_response(bytes, searched))
            co_return false;
        searched = bytes.size();
        if (!co_await upstream_->read())
            co_return false;
        first_byte_ = true;
        alive();
    }
}

} // namespace procd::front
