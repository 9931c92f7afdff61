#include "supervisor/front/turn.hpp"

#include "supervisor/front/session_parts.hpp"

#include <utility>

namespace procd::front {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> watch(std::shared_ptr<connection> client, std::shared_ptr<gate_keeper> gate,
                            std::shared_ptr<bool> left)
{
    bool const ended = co_await client->ends();
    if (ended) {
        *left = true;
        gate->poke();
    }
}

} // namespace

asio::awaitable<turn> wait_for_turn(house& with, std::shared_ptr<gate_keeper> gate,
                                    std::shared_ptr<connection> client, time_point since)
{
    if (auto at_once = gate_keeper::enter_now(gate, since))
        co_return turn{std::move(*at_once), false};
    auto const left = std::make_shared<bool>(false);
    at_exit const watched([&client] { client->interrupt(); }); // ends the watch
    with.tasks.spawn("a client that waits", watch(client, gate, left));
    auto entry = co_await gate_keeper::enter(gate, since, left.get());
    co_return turn{std::move(entry), *left};
}

} // namespace procd::front
