#include "supervisor/front/tcp_session.hpp"

#include "supervisor/front/dial.hpp"
#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/http_session.hpp"
#include "supervisor/front/session_parts.hpp"
#include "supervisor/front/tunnel.hpp"
#include "supervisor/front/turn.hpp"

#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

asio::awaitable<void> run_tcp_session(house& with, std::shared_ptr<gate_keeper> type,
                                      connection::socket client, std::string from)
{
    counted_client const counted(with.clients);
    auto const line = std::make_shared<connection>(std::move(client));
    access told;
    told.protocol = "tcp";
    told.fwd = std::move(from);
    auto const since = clock::now();
    for (int tries = 1; tries <= most_tries; ++tries) {
        auto mine = co_await wait_for_turn(with, type, line, since);
        if (mine.client_left) {
            told.code = fault_code::client_interrupted;
            break;
        }
        if (auto const* no = std::get_if<refused_for>(&mine.entry)) {
            told.code = code_of(*no);
            break;
        }
        auto to = std::move(std::get<in_flight>(mine.entry));
        told.queue_ms = ms_since(since);
        told.process = to->facts.name;
        auto const begun = clock::now();
        auto app = co_await dial(with.io, to.to(), begun + longest_connect);
        if (!app && app.error() == no_connection::shortage) {
            told.desc = shortage_text;
            break;
        }
        if (!app) {
            to->now.rests_until = clock::now() + rest_after_refusal;
            told.code = app.error() == no_connection::refused ? fault_code::connect_refused
                                                              : fault_code::connect_timeout;
            continue;
        }
        told.code.reset();
        told.connect_ms = ms_since(begun);
        auto const both = std::make_shared<tunnel>(with, line, *app);
        co_await tunnel::run(both);
        told.service_ms = ms_since(begun);
        told.bytes = both->bytes_to_client();
        break;
    }
    with.log.add(told);
}

} // namespace procd::front
