#include "tests/bench/front/client.hpp"
#include "tests/bench/front/rows.hpp"
#include "tests/bench/front/stage.hpp"
#include "tests/bench/front/table.hpp"

#include <utility>

namespace bench {

namespace {

// The proxies of a round, each time with another one in front.
std::vector<proxy> in_turn(std::vector<proxy> const& all, int round)
{
    auto const first = static_cast<std::ptrdiff_t>(static_cast<std::size_t>(round) % all.size());
    std::vector<proxy> order{all.begin() + first, all.end()};
    order.insert(order.end(), all.begin(), all.begin() + first);
    return order;
}

struct load_rows {
    row throughput, cpu;
};

load_rows loaded(stage const& s, rounds const& r, std::string const& path)
{
    constexpr int connections = 32;
    load_rows found;
    for (int round = 0; round < r.count; ++round)
        for (proxy const& each : in_turn(s.proxies(), round)) {
            double const before = cpu_us(each.pids);
            wrk_result const got = run_wrk(each.port, path, connections, r.seconds);
            double const used = cpu_us(each.pids) - before;
            found.throughput.values[each.name].push_back(got.per_second);
            found.cpu.values[each.name].push_back(used / got.requests);
        }
    return found;
}

} // namespace

void small_answers(rounds const& r)
{
    auto found = loaded(stage{access_logs::off}, r, "/small");
    found.throughput.name = "small answers, 32 kept connections, requests/s";
    found.throughput.decimals = 0;
    found.throughput.ratio_at_least = 0.9;
    print(found.throughput);
    found.cpu.name = "small answers, CPU of the proxy, µs a request";
    found.cpu.value_at_most = 25;
    print(found.cpu);
}

void logged_answers(rounds const& r)
{
    auto found = loaded(stage{access_logs::on}, r, "/small");
    found.throughput.name = "small answers with access logs, requests/s";
    found.throughput.decimals = 0;
    print(found.throughput);
    found.cpu.name = "small answers with access logs, CPU (of procd too), µs a request";
    print(found.cpu);
}

void large_answers(rounds const& r)
{
    stage const s{access_logs::off};
    for (auto const& [path, words] : {std::pair{"/64k", "64 KiB"}, std::pair{"/1m", "1 MiB"}}) {
        auto found = loaded(s, r, path);
        found.throughput.name = std::string{"answers of "} + words + ", requests/s";
        found.throughput.decimals = 0;
        print(found.throughput);
        found.cpu.name = std::string{"answers of "} + words + ", CPU of the proxy, µs a request";
        found.cpu.decimals = 0;
        found.cpu.ratio_at_most = 1;
        print(found.cpu);
    }
}

void added_latency(rounds const& r)
{
    stage const s{access_logs::off};
    row added{
        .name = "added median latency on one connection, µs", .decimals = 0, .ratio_at_most = 1.2};
    for (int round = 0; round < r.count; ++round) {
        double const direct = run_wrk(s.upstream_port(), "/small", 1, r.seconds).median_us;
        for (proxy const& each : in_turn(s.proxies(), round))
            added.values[each.name].push_back(run_wrk(each.port, "/small", 1, r.seconds).median_us -
                                              direct);
    }
    print(added);
}

} // namespace bench
