// The life of a client's connection: it waits for a request, reads its head, finds the type by its
// host, is let in to a process by the type's gate, and hands the rest to an exchange. After that it
// waits for the next request, unless one side closes.
//
// The arguments of what is awaited here have names, and no co_await stands in the condition of a
// loop without a body: g++ 12 destroys the temporaries twice, and makes a trap of the loop.
#include "supervisor/front/http_session.hpp"

#include "supervisor/front/error_answer.hpp"
#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/request_id.hpp"
#include "supervisor/front/session_parts.hpp"
#include "supervisor/front/turn.hpp"

#include <algorithm>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// How long a client may go on sending after its answer, before its connection is closed; and the
// longest pause in that.
constexpr std::chrono::seconds longest_linger{10}, longest_pause_in_it{1};
// How long a client may take for an answer of the router's own.
constexpr std::chrono::seconds longest_answer{5};

std::int64_t now_ms()
{
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace

fault_code code_of(refused_for why)
{
    switch (why) {
    case refused_for::maintenance:
        return fault_code::maintenance;
    case refused_for::not_wanted:
        return fault_code::none_running;
    case refused_for::crashed:
        return fault_code::crashed;
    case refused_for::none_ready:
        return fault_code::not_ready;
    case refused_for::queue_full:
    case refused_for::queued_too_long:
    case refused_for::paused:
        return fault_code::backlog;
    }
    return fault_code::backlog;
}

http_session::http_session(house& with, std::shared_ptr<served_types const> types,
                           connection::socket client, peer from)
    : with_(with), counted_(with.clients), types_(std::move(types)), client_(std::move(client)),
      from_(std::move(from)), limit_(with.io, [this] { expired(); })
{
}

void http_session::expired()
{
    if (auto const request = under_way_.lock())
        request->expired();
    else if (reads_head_ && !std::exchange(late_, true))
        client_.interrupt(); // it gets an answer yet
    else
        client_.cancel();
}

void http_session::finish()
{
    finishing_ = true;
    if (auto const request = under_way_.lock())
        request->be_last();
    else if (is_idle_)
        client_.cancel();
}

asio::awaitable<void> http_session::run(std::shared_ptr<http_session> self)
{
    auto& with = self->with_.with;
    bool first = true;
    for (bool goes_on = true; goes_on && !self->finishing_; first = false) {
        auto const patience = first ? with.header_timeout_ms : with.idle_timeout_ms;
        self->limit_.set(clock::now() + milliseconds(patience));
        if (self->client_.bytes().empty()) {
            self->is_idle_ = !first;
            bool const came = co_await self->client_.read();
            self->is_idle_ = false;
            if (!came)
                break;
        }
        self->limit_.set(clock::now() + milliseconds(with.header_timeout_ms));
        std::size_t length = 0;
        if (!co_await self->read_head(length))
            break;
        std::string head(self->client_.bytes().substr(0, length));
        self->client_.use(length);
        goes_on = co_await self->serve(std::move(head));
    }
    self->limit_.clear();
    self->client_.close();
}

// Waits for a whole head. A client that has begun one and is too slow is told so.
asio::awaitable<bool> http_session::read_head(std::size_t& length)
{
    std::size_t searched = 0;
    for (bool skipped = false;;) {
        if (auto const empty = leading_empty_line(client_.bytes()); empty > 0 && !skipped) {
            client_.use(empty); // it may come in two pieces
            searched = 0;
            skipped = true;
        }
        auto const bytes = client_.bytes();
        length = head_length(bytes, searched);
        if (length > 0)
            co_return true;
        if (auto const wrong = hopeless(bytes, searched)) {
            access told;
            co_await refuse(*wrong, told);
            co_return false;
        }
        searched = bytes.size();
        reads_head_ = true;
        bool const came = co_await client_.read();
        reads_head_ = false;
        if (late_) {
            refusal const slow{408, "the head was not whole in time"};
            access told;
            co_await refuse(slow, told);
        }
        if (late_ || !came)
            co_return false;
    }
}

asio::awaitable<bool> http_session::serve(std::string head)
{
    auto request = read_request(head);
    access told;
    told.fwd = from_.address;
    if (!request) {
        co_await refuse(request.error(), told);
        co_return false;
    }
    told.method = request->method;
    told.path = request->target;
    told.host = request->host;
    auto const& most = with_.with.max_body;
    if (most > 0 && request->body.length > most) {
        refusal const too_large{413, "the body is too large"};
        co_await refuse(too_large, told);
        co_return false;
    }
    bool const goes_on = co_await serve_request(std::move(head), std::move(*request), told);
    with_.log.add(told);
    co_return goes_on;
}

asio::awaitable<bool> http_session::serve_request(std::string head, request_head request,
                                                  access& told)
{
    auto const type = types_->for_host(request.host);
    if (!type) {
        told.status = 404;
        told.desc = "no type answers for this host";
        fronted_type const nobody;
        co_await answer(404, nobody, request, told);
        co_return false;
    }
    forwarding facts{from_.address, from_.is_trusted, from_.port, request.request_id, now_ms()};
    if (facts.request_id.empty())
        facts.request_id = with_.new_request_id();
    told.request_id = facts.request_id;
    told.fwd = addresses_of(request, facts);
    bool const keeps = request.keep_alive && !finishing_;
    auto const since = clock::now();
    bool gone_elsewhere = false;
    for (int tries = 1;; ++tries) {
        limit_.clear();
        std::shared_ptr<connection> const client(shared_from_this(), &client_);
        auto mine = co_await wait_for_turn(with_, type, client, since);
        told.queue_ms = ms_since(since);
        if (mine.client_left) {
            told.code = fault_code::client_interrupted;
            type->note(milliseconds(ms_since(since)), true);
            co_return false;
        }
        if (auto const* no = std::get_if<refused_for>(&mine.entry)) {
            told.code = code_of(*no);
            type->note(milliseconds(ms_since(since)), true);
            co_return co_await answer(503, type->of(), request, told) && keeps;
        }
        auto const under_way =
            std::make_shared<exchange>(with_, client, limit_, request, head, facts);
        auto const to = std::get<in_flight>(mine.entry).to();
        under_way_ = under_way;
        if (finishing_)
            under_way->be_last();
        auto const result =
            co_await exchange::run(under_way, std::move(std::get<in_flight>(mine.entry)), told);
        under_way_.reset();
        if (under_way->was_refused()) {
            to->now.rests_until = clock::now() + rest_after_refusal;
            if (tries < most_tries)
                continue;
        }
        if (result.can_go_elsewhere && !std::exchange(gone_elsewhere, true))
            continue;
        // An upgraded connection is a request until it is upgraded.
        auto const took = result.switched.value_or(clock::now()) - since;
        type->note(std::chrono::duration_cast<milliseconds>(took), result.code.has_value());
        told.code = result.code;
        told.bytes = result.bytes;
        told.status = result.status;
        if (result.answered || result.status == 0) {
            if (result.cut)
                client_.reset();
            else if (result.answered && result.unread)
                co_await linger();
            co_return result.keep_alive;
        }
        co_return co_await answer(result.status, type->of(), request, told) && keeps;
    }
}

// An answer of the router's own. The body of a request that nobody has read may still be coming.
asio::awaitable<bool> http_session::answer(int status, fronted_type const& of,
                                           request_head const& request, access& told)
{
    bool const has_body = request.body.by == framing::kind::chunked || request.body.length > 0;
    error_facts facts;
    facts.status = status;
    bool const maintained = told.code == fault_code::maintenance;
    bool const explains = from_.is_local && !of.loopback_page.empty() && !maintained;
    facts.why = status < 500 ? told.desc : maintained ? "This site is down for maintenance." : "";
    facts.page = explains ? of.loopback_page : with_.with.unavailable_page;
    facts.closes = has_body || !request.keep_alive || finishing_ || status != 503;
    facts.without_body = request.method == "HEAD";
    told.status = status;
    auto const text = error_answer(facts);
    told.bytes = text.size() - text.find("\r\n\r\n") - 4; // without the head
    limit_.set(clock::now() + longest_answer);
    bool const written = co_await client_.write(text);
    if (facts.closes)
        co_await linger();
    co_return written && !facts.closes;
}

asio::awaitable<void> http_session::refuse(refusal const& why, access& told)
{
    told.desc = why.why;
    told.fwd = from_.address;
    request_head none;
    none.keep_alive = false;
    fronted_type const nobody;
    co_await answer(why.status, nobody, none, told);
    with_.log.add(told);
}

// A connection closed with unread bytes is reset, and the client may lose the answer. So what it
// still sends is read for a moment.
asio::awaitable<void> http_session::linger()
{
    client_.end_writing();
    for (auto const until = clock::now() + longest_linger; clock::now() < until;) {
        limit_.set(std::min<clock::time_point>(until, clock::now() + longest_pause_in_it));
        auto const got = co_await client_.read_into(with_.scratch);
        if (got.empty())
            co_return;
    }
}

} // namespace procd::front
