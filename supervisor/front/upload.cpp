#include "supervisor/front/upload.hpp"

#include "supervisor/front/splice.hpp"

#include <functional>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

// With a deadline the event loop holds the coroutine that waits. Without one the upload would, and
// the coroutine the upload.
constexpr auto forever = clock::time_point::max();

} // namespace

upload::upload(house& with, std::shared_ptr<connection> client, deadline& limit, framing body)
    : with_(with), client_(std::move(client)), limit_(limit), body_(body), ended_(with.io),
      longest_pause_(with.limits.between_bytes)
{
}

void upload::alive()
{
    limit_.set(clock::now() + longest_pause_);
}

void upload::count(std::size_t bytes)
{
    bytes_ += bytes;
    too_large_ = with_.with.max_body > 0 && bytes_ > with_.with.max_body;
}

std::string_view upload::first_part()
{
    auto const bytes = client_->bytes();
    auto const length = body_.feed(bytes);
    count(length);
    begun_ = begun_ || length > 0;
    return bytes.substr(0, length);
}

// An exception of the relay ends it like anything else.
void upload::begin(std::shared_ptr<connection> to)
{
    begun_ = true;
    to_ = std::move(to);
    auto const self = shared_from_this();
    with_.tasks.spawn("an upload", relay(self), [self](auto const&) {
        self->to_.reset();
        self->ended_.poke();
    });
}

// From now on nobody reads from the client, so the exchange watches it.
void upload::sent_all()
{
    if (!is_answered_)
        limit_.set(clock::now() + with_.response_timeout());
    limit_.remind(clock::now() + with_.limits.before_watching);
}

void upload::client_gave_nothing()
{
    client_failed_ = !stops_;
    client_was_idle_ = stops_;
}

asio::awaitable<void> upload::relay(std::shared_ptr<upload> self)
{
    auto const to = self->to_;
    auto& body = self->body_;
    std::function<void()> const progress = [upload = self.get()] { upload->alive(); };
    while (!body.done() && !body.bad() && !self->stops_) {
        if (body.is_long()) {
            auto const piece =
                co_await pass_piece(self->with_, *self->client_, *to, body, progress);
            self->count(piece.bytes);
            if (piece.source_ended || piece.source_failed)
                self->client_gave_nothing();
            if (piece.source_ended || piece.source_failed || piece.target_failed)
                break;
            self->alive();
            continue;
        }
        auto const got = co_await self->client_->read_into(self->with_.scratch);
        if (got.empty()) {
            self->client_gave_nothing();
            break;
        }
        self->alive();
        auto const used = body.feed(got);
        self->count(used);
        if (self->too_large_)
            break;
        auto writing = to->write(got.substr(0, used), {}, progress);
        if (used < got.size())
            self->client_->put_back(got.substr(used));
        if (!co_await std::move(writing))
            break; // the app reads no more, but may have answered
    }
    if (self->client_failed_ || body.bad() || self->too_large_)
        to->cancel();
    else if (body.done())
        self->sent_all();
}

void upload::cut()
{
    stops_ = true;
    if (!to_)
        return;
    client_->cancel();
    to_->cancel();
}

asio::awaitable<void> upload::finish(std::shared_ptr<upload> self)
{
    self->longest_pause_ = self->with_.limits.after_the_end;
    self->alive();
    while (self->to_)
        co_await self->ended_.wait(forever);
}

asio::awaitable<void> upload::end(std::shared_ptr<upload> self)
{
    self->stops_ = true;
    if (self->to_) {
        self->client_->interrupt();
        self->to_->cancel(); // an app that has answered may read no more
    }
    while (self->to_)
        co_await self->ended_.wait(forever);
}

} // namespace procd::front
