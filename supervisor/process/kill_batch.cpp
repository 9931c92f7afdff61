#include "supervisor/process/kill_batch.hpp"

#include <utility>

namespace procd::process {

void kill_batch::add(order wanted)
{
    orders_.push_back(std::move(wanted));
    round_.ask();
}

void kill_batch::kill()
{
    auto const orders = std::exchange(orders_, {});
    std::vector<os::tree_key> keys;
    for (auto const& each : orders)
        if (auto key = each.tree())
            keys.push_back(std::move(*key));
    os::kill_trees(keys, table_);
    for (auto const& each : orders)
        each.killed();
}

} // namespace procd::process
