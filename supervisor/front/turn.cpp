#include "supervisor/front/turn.hpp"

#include <utility>

namespace procd::front {

namespace asio = boost::asio;

asio::awaitable<turn> wait_for_turn(house& with, std::shared_ptr<gate_keeper> gate,
                                    std::shared_ptr<connection> client, time_point since)
{
    if (auto at_once = gate_keeper::enter_now(gate, since))
        co_return turn{std::move(*at_once), false};
    bool left = false;
    departures::watch const watched(with.leaving, client, [&left, &gate] {
        left = true;
        gate->poke();
    });
    auto entry = co_await gate_keeper::enter(gate, since, &left);
    co_return turn{std::move(entry), left};
}

} // namespace procd::front
