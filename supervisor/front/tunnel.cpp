#include "supervisor/front/tunnel.hpp"

#include "supervisor/front/session_parts.hpp"

#include <chrono>
#include <utility>

namespace procd::front {

namespace asio = boost::asio;

tunnel::tunnel(house& with, std::shared_ptr<connection> client, std::shared_ptr<connection> app)
    : with_(with), client_(std::move(client)), app_(std::move(app)), ended_(with.io)
{
}

void tunnel::cut()
{
    client_->cancel();
    app_->cancel();
}

asio::awaitable<void> tunnel::run(std::shared_ptr<tunnel> self)
{
    at_exit const cut([&self] { self->cut(); });
    self->with_.tasks.spawn("a tunnel", to_app(self), [self](auto const&) {
        self->to_app_ended_ = true;
        self->ended_.poke();
    });
    bool const refused = co_await self->carry(*self->app_, *self->client_, self->to_client_);
    if (refused)
        self->app_->cancel(); // nobody takes its bytes any more
    std::uint64_t before = 0;
    do { // the client may go on for as long as the process takes its bytes
        before = self->to_app_;
        auto const until = std::chrono::steady_clock::now() + self->with_.limits.after_the_end;
        while (!self->to_app_ended_ && std::chrono::steady_clock::now() < until)
            co_await self->ended_.wait(until);
    } while (!self->to_app_ended_ && self->to_app_ != before);
    self->cut();
    while (!self->to_app_ended_)
        co_await self->ended_.wait(std::chrono::steady_clock::time_point::max()); // as in upload
}

// A process that takes no more bytes may still have something to say.
asio::awaitable<void> tunnel::to_app(std::shared_ptr<tunnel> self)
{
    co_await self->carry(*self->client_, *self->app_, self->to_app_);
}

asio::awaitable<bool> tunnel::carry(connection& from, connection& to, std::uint64_t& carried)
{
    if (auto const waiting = from.bytes(); !waiting.empty()) {
        auto write = to.write(waiting);
        auto const count = waiting.size();
        from.use(count);
        if (!co_await std::move(write))
            co_return true;
        carried += count;
    }
    for (;;) {
        auto const got = co_await from.read_into(with_.scratch);
        if (got.empty()) {
            to.end_writing();
            co_return false;
        }
        auto const count = got.size(); // the room is used by others meanwhile
        if (!co_await to.write(got))
            co_return true;
        carried += count;
    }
}

} // namespace procd::front
