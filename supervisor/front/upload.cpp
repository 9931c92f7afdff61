#include "supervisor/front/upload.hpp"

#include "supervisor/front/splice.hpp"

#include <functional>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;

upload::upload(house& with, connection& client, deadline& limit, framing body)
    : with_(with), client_(client), limit_(limit), body_(body), ended_(with.io)
{
}

void upload::alive()
{
    limit_.set(std::chrono::steady_clock::now() + between_bytes);
}

void upload::count(std::size_t bytes)
{
    bytes_ += bytes;
    too_large_ = with_.with.max_body > 0 && bytes_ > with_.with.max_body;
}

std::string_view upload::first_part()
{
    auto const bytes = client_.bytes();
    auto const length = body_.feed(bytes);
    count(length);
    begun_ = begun_ || length > 0;
    return bytes.substr(0, length);
}

void upload::begin(connection& to)
{
    begun_ = true;
    to_ = &to;
    with_.tasks.spawn("an upload", relay(shared_from_this()));
}

asio::awaitable<void> upload::relay(std::shared_ptr<upload> self)
{
    auto& body = self->body_;
    std::function<void()> const progress = [upload = self.get()] { upload->alive(); };
    while (!body.done() && !body.bad() && !self->stops_) {
        if (body.is_long()) {
            auto const piece =
                co_await pass_piece(self->with_, self->client_, *self->to_, body, progress);
            self->count(piece.bytes);
            self->client_failed_ = (piece.source_ended || piece.source_failed) && !self->stops_;
            if (piece.source_ended || piece.source_failed || piece.target_failed)
                break;
            self->alive();
            continue;
        }
        auto const got = co_await self->client_.read_into(self->with_.scratch);
        if (got.empty()) {
            self->client_failed_ = !self->stops_;
            break;
        }
        self->alive();
        auto const used = body.feed(got);
        self->count(used);
        if (self->too_large_)
            break;
        auto writing = self->to_->write(got.substr(0, used), {}, progress);
        if (used < got.size())
            self->client_.put_back(got.substr(used));
        if (!co_await std::move(writing))
            break; // the app reads no more, but may have answered
    }
    if (self->client_failed_ || body.bad() || self->too_large_)
        self->to_->cancel();
    self->to_ = nullptr;
    self->ended_.poke();
}

asio::awaitable<void> upload::end(std::shared_ptr<upload> self)
{
    self->stops_ = true;
    if (self->to_ != nullptr) {
        self->client_.interrupt();
        self->to_->cancel(); // an app that has answered may read no more
    }
    while (self->to_ != nullptr)
        co_await self->ended_.wait(std::nullopt);
}

} // namespace procd::front
