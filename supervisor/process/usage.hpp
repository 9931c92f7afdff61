// CPU and memory of one incarnation: for listings, which average over the time since the last look,
// and for the autoscaler, which has readings taken at its own interval.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/core/cpu_usage.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "supervisor/os/cpu_reader.hpp"
#include "supervisor/process/reaper.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace procd::process {

class tree;

class usage {
public:
    explicit usage(core::time_point started) : last_{started} {}

    // Fills in CPU and memory of the tree. `live` reads what its live processes use; it is called
    // only where the cgroup does not tell. Looks less than a second apart share one reading.
    void measure(core::api::process_view& v, tree const& of,
                 std::function<os::live_use()> const& live);

    // Takes a reading of the autoscaler's.
    void note(os::tree_cpu const& reading, tree const& of, core::time_point now,
              std::chrono::milliseconds window);
    // The use over the window, from the readings that there are.
    std::optional<core::cpu_usage> over(std::chrono::milliseconds window) const
    {
        return history_.usage(window);
    }
    // The CPU time of an orphan that procd has reaped, when it was of this tree. A cgroup has
    // counted it already.
    bool credit(reaper::stranger const& orphan, tree const& of);

private:
    struct look {
        core::time_point at{};
        std::uint64_t cpu_microseconds = 0, millicores = 0, memory = 0;
    };

    look last_;
    core::cpu_history history_;
    std::vector<int> members_;     // at the last reading, where there is no cgroup
    std::uint64_t of_orphans_ = 0; // microseconds
    std::uint64_t most_ = 0;       // microseconds: a reading may count less than one before
};

} // namespace procd::process
