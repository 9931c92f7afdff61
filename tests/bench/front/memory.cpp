#include "tests/bench/front/client.hpp"
#include "tests/bench/front/rows.hpp"
#include "tests/bench/front/stage.hpp"
#include "tests/bench/front/table.hpp"

namespace bench {

namespace {

constexpr int few = 1'000, many = 10'000;

} // namespace

// Memory does not change from round to round, so there is one. Each connection has made a request.
void front_memory(rounds const&)
{
    stage const s{access_logs::off};
    row empty{.name = "memory with nothing open (PSS), MB", .decimals = 2, .value_at_most = 3.5};
    row of_few{
        .name = "memory of each of 1,000 idle connections, KiB", .decimals = 2, .value_at_most = 4};
    row of_many{.name = "memory of each of 10,000 idle connections, KiB",
                .decimals = 2,
                .value_at_most = 4};
    for (proxy const& each : s.proxies())
        empty.values[each.name] = {pss_kib(each.pids) * 1024 / 1e6};
    for (proxy const& each : s.proxies()) {
        double const before = pss_kib(each.pids);
        std::vector<kept_client> clients;
        auto const with = [&](int count) {
            while (clients.size() < static_cast<std::size_t>(count))
                clients.emplace_back(each.port).ask();
            return (pss_kib(each.pids) - before) / count;
        };
        of_few.values[each.name] = {with(few)};
        of_many.values[each.name] = {with(many)};
    }
    print(empty);
    print(of_few);
    print(of_many);
}

} // namespace bench
