// The trees that have to be killed, gathered until the end of a round of the loop. To find the
// members of a tree without a cgroup takes passes over /proc, and all trees of a batch share these.
#pragma once

#include "supervisor/loop/end_of_round.hpp"
#include "supervisor/os/containment.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace procd::process {

class kill_batch {
public:
    kill_batch(boost::asio::io_context& io, os::process_table& table)
        : table_(table), round_(io, [this] { kill(); })
    {
    }

    struct order {
        // The tree as it is when the batch is carried out. Nothing: it needs no kill any more.
        std::function<std::optional<os::tree_key>()> tree;
        std::function<void()> killed; // called after the signals were sent
    };
    void add(order wanted);

private:
    void kill();

    os::process_table& table_;
    loop::end_of_round round_;
    std::vector<order> orders_;
};

} // namespace procd::process
