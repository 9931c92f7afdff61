// The response of an exchange on its way to the client.
#include "supervisor/front/exchange.hpp"
#include "supervisor/front/splice.hpp"
#include "supervisor/front/tunnel.hpp"

#include <functional>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

asio::awaitable<outcome> exchange::deliver(response_head response, std::string head)
{
    bool const strip = request_.version == 10 && response.body.by == framing::kind::chunked;
    bool const until_close = response.body.by == framing::kind::until_close;
    bool const app_goes_on = response.keep_alive && !until_close;
    // An app may read the rest of a request that it has answered. A client that still waits to be
    // asked for the body may never send it.
    bool const comes = !request_.expects_continue || interim_ || upload_->client_has_begun();
    bool const reads_on = app_goes_on && comes;
    bool const keeps = request_.keep_alive && !last_ && (upload_->done() || reads_on);
    delivery const to{request_.version, keeps, strip};
    outcome result;
    result.answered = true;
    result.status = response.status;
    result.keep_alive = can_keep_alive(response, to);
    body_scanner body(response.body);
    std::string out;
    out.reserve(head.size() + 256);
    write_response(out, response, head, to);
    answered_ = true;
    upload_->response_has_begun();
    auto const first = upstream_->bytes();
    std::string payload;
    auto const length = strip ? body.decode(first, payload) : body.feed(first);
    std::string_view const part = strip ? std::string_view(payload) : first.substr(0, length);
    result.bytes = part.size();
    auto writing = client_->write(out, part, [this] { alive(); });
    upstream_->use(length);
    if (!co_await std::move(writing))
        client_failed_ = true;
    else
        co_await relay_body(body, strip, result);
    bool const by_client = client_failed_ || client_left_ || upload_->client_failed() ||
                           upload_->bad() || upload_->is_too_large();
    if (by_client || !body.done()) {
        result.keep_alive = false;
        result.code = late_       ? fault_code::idle
                      : by_client ? fault_code::client_interrupted
                                  : fault_code::app_interrupted;
        result.cut = !by_client && (strip || until_close);
        co_return result;
    }
    if (keeps && !upload_->done()) {
        delivered_ = true;
        co_await upload::finish(upload_);
    }
    bool const quiet = upstream_->bytes().empty() && !upload_->is_under_way() && upload_->done();
    if (app_goes_on && quiet)
        with_.pool.give_back(to_.to(), std::move(upstream_));
    co_return result;
}

asio::awaitable<void> exchange::relay_body(body_scanner& body, bool strip, outcome& so_far)
{
    std::function<void()> const progress = [this] { alive(); };
    while (!body.done() && !body.bad()) {
        alive();
        if (body.is_long()) {
            auto const piece = co_await pass_piece(with_, *upstream_, *client_, body, progress);
            so_far.bytes += piece.bytes;
            client_failed_ = piece.target_failed;
            if (piece.source_ended)
                body.end();
            if (piece.source_ended || piece.source_failed || piece.target_failed)
                co_return;
            continue;
        }
        auto const got = co_await upstream_->read_into(with_.scratch);
        if (got.empty()) {
            if (!late_ && !upstream_->is_broken() && !upstream_->cancelled())
                body.end();
            co_return;
        }
        std::string payload;
        auto const length = strip ? body.decode(got, payload) : body.feed(got);
        auto const part = strip ? std::string_view(payload) : got.substr(0, length);
        if (length < got.size())
            upstream_->put_back(got.substr(length)); // the app says more than it announced
        so_far.bytes += part.size();
        auto writing = client_->write(part, {}, progress);
        if (!co_await std::move(writing)) {
            client_failed_ = true;
            co_return;
        }
    }
}

// An upgraded connection is no request any more: it holds back no drain, and lives until one side
// ends it.
asio::awaitable<outcome> exchange::switch_protocols(std::string head, response_head response)
{
    outcome result;
    result.answered = true;
    result.status = response.status;
    std::string out;
    write_response(out, response, head, {});
    result.switched = clock::now();
    to_.end();
    limit_.clear();
    watch_.reset();
    if (!co_await client_->write(out)) {
        result.code = fault_code::client_interrupted;
        co_return result;
    }
    auto const both = std::make_shared<tunnel>(with_, client_, upstream_);
    co_await tunnel::run(both);
    result.bytes = both->bytes_to_client();
    co_return result;
}

} // namespace procd::front
