#include "tests/bench/front/asking_clients.hpp"
#include "tests/bench/front/rows.hpp"
#include "tests/bench/front/stage.hpp"
#include "tests/bench/front/table.hpp"

#include <chrono>
#include <functional>
#include <thread>

namespace bench {

namespace {

constexpr int clients = 12;
// How long a process works for a request, one at a time.
constexpr char const* milliseconds_each = "12";
// How long a peer may take to notice its new servers.
constexpr std::chrono::seconds notice{2};

// The factor by which `grow`, from one process to three, raises the throughput.
double gain(int port, rounds const& r, std::function<void()> const& grow)
{
    asking_clients const load{port, clients};
    std::chrono::seconds const time{r.seconds};
    int const before = load.answered_in(time);
    grow();
    std::this_thread::sleep_for(notice);
    return static_cast<double>(load.answered_in(time)) / before;
}

struct peer {
    char const* name;
    decltype(start_haproxy)* start;
};

// Nothing when the peer is not installed.
std::vector<double> gain_of(decltype(start_haproxy)* start, rounds const& r)
{
    std::vector<double> found;
    for (int round = 0; round < r.count; ++round) {
        scratch_dir const dir;
        int const base = free_ports(3);
        std::list<child> running;
        auto const serve = [&](int port) {
            running.emplace_back(
                std::vector<std::string>{BENCH_WEB, std::to_string(port), milliseconds_each},
                dir.path() / "web.out");
        };
        serve(base);
        auto const proxies =
            start(dir.path(), {base, base + 1, base + 2}, access_logs::off, running);
        if (proxies.empty())
            break;
        found.push_back(gain(proxies.front().port, r, [&] {
            serve(base + 1);
            serve(base + 2);
        }));
    }
    return found;
}

} // namespace

void front_balance(rounds const& r)
{
    row gained{.name = "throughput after 1 → 3 processes, kept connections, times as much",
               .decimals = 2,
               .value_at_least = 2.9};
    for (int round = 0; round < r.count; ++round) {
        scratch_dir const dir;
        fronted_app const app{dir.path(),
                              std::string{"exec " BENCH_WEB " $PORT "} + milliseconds_each,
                              free_ports(3), access_logs::off};
        gained.values["procd"].push_back(gain(app.front().port, r, [&] { app.scale(3); }));
    }
    for (auto const& [name, start] : {peer{"haproxy", start_haproxy}, peer{"nginx", start_nginx}})
        if (auto found = gain_of(start, r); !found.empty())
            gained.values[name] = std::move(found);
    print(gained);
}

} // namespace bench
