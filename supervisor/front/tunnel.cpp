#include "supervisor/front/tunnel.hpp"

#include <chrono>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;

namespace {

// How long a client may go on when the process says nothing any more. Mostly the process has ended.
constexpr std::chrono::seconds after_the_end{5};

} // namespace

tunnel::tunnel(house& with, connection& client, connection& app)
    : with_(with), client_(client), app_(app), ended_(with.io)
{
}

asio::awaitable<void> tunnel::run(std::shared_ptr<tunnel> self)
{
    self->with_.tasks.spawn("a tunnel", to_app(self));
    self->to_client_ = co_await self->carry(self->app_, self->client_);
    auto const until = std::chrono::steady_clock::now() + after_the_end;
    while (!self->to_app_ended_ && std::chrono::steady_clock::now() < until)
        co_await self->ended_.wait(until);
    if (!self->to_app_ended_)
        self->client_.cancel();
    while (!self->to_app_ended_)
        co_await self->ended_.wait(std::nullopt);
}

asio::awaitable<void> tunnel::to_app(std::shared_ptr<tunnel> self)
{
    co_await self->carry(self->client_, self->app_);
    self->to_app_ended_ = true;
    self->ended_.poke();
}

asio::awaitable<std::uint64_t> tunnel::carry(connection& from, connection& to)
{
    std::uint64_t carried = 0;
    if (auto const waiting = from.bytes(); !waiting.empty()) {
        auto write = to.write(waiting);
        carried += waiting.size();
        from.use(waiting.size());
        if (!co_await std::move(write)) {
            from.cancel();
            co_return carried;
        }
    }
    for (;;) {
        auto const got = co_await from.read_into(with_.scratch);
        if (got.empty()) {
            to.end_writing();
            co_return carried;
        }
        carried += got.size();
        if (!co_await to.write(got)) {
            from.cancel(); // nobody takes its bytes any more
            co_return carried;
        }
    }
}

} // namespace procd::front
