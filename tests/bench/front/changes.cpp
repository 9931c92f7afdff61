#include "tests/bench/front/asking_clients.hpp"
#include "tests/bench/front/client.hpp"
#include "tests/bench/front/rows.hpp"
#include "tests/bench/front/stage.hpp"
#include "tests/bench/front/table.hpp"

#include <chrono>
#include <csignal>
#include <thread>

namespace bench {

namespace {

constexpr int clients = 32;
constexpr int restarts = 20, scales = 20;

} // namespace

// Everything that changes processes, under load.
void front_changes(rounds const&)
{
    scratch_dir const dir;
    fronted_app const app{dir.path(), "exec " BENCH_WEB " $PORT", free_ports(4), access_logs::off};
    row failed{.name = "requests failed through 20 restarts, 20 scales and a reload",
               .decimals = 0,
               .value_at_most = 0};
    row lost{.name = "requests failed by `kill -9` of the router, with 32 under way",
             .decimals = 0,
             .value_at_most = clients};
    row away{.name = "time until it serves again, ms", .decimals = 0, .value_at_most = 200};
    app.scale(2);
    asking_clients const load{app.front().port, clients};
    for (int i = 0; i < restarts; ++i)
        app.tell("restart web");
    for (int i = 0; i < scales; ++i)
        app.scale(i % 2 == 0 ? 3 : 2);
    app.deploy("exec " BENCH_WEB " $PORT 1");
    failed.values["procd"] = {static_cast<double>(load.failed())};

    int const before = load.failed(), answered = load.answered();
    auto const begin = clock::now();
    ::kill(app.front().pids.front(), SIGKILL);
    wait_until_it_answers(app.front().port, "the next router");
    away.values["procd"] = {milliseconds{clock::now() - begin}.count()};
    while (load.answered() == answered)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    lost.values["procd"] = {static_cast<double>(load.failed() - before)};
    print(failed);
    print(lost);
    print(away);
}

} // namespace bench
