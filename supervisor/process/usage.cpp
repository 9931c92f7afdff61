#include "supervisor/process/usage.hpp"

#include "supervisor/process/tree.hpp"

#include <algorithm>

namespace procd::process {

using clock = std::chrono::steady_clock;
using std::chrono::microseconds;

void usage::measure(core::api::process_view& v, tree const& of,
                    std::function<os::live_use()> const& live)
{
    auto const now = clock::now();
    if (last_.memory == 0 || now - last_.at >= std::chrono::seconds(1)) {
        look seen{now, of.cpu_microseconds(), 0, of.leaf() ? of.leaf().memory_bytes() : 0};
        // Figures that the cgroup does not give are summed over the live processes.
        bool const no_cpu = seen.cpu_microseconds == 0, no_memory = seen.memory == 0;
        auto const summed = no_cpu || no_memory ? live() : os::live_use();
        if (no_cpu)
            seen.cpu_microseconds = summed.cpu_us;
        if (no_memory)
            seen.memory = summed.memory;
        auto const span = std::chrono::duration_cast<microseconds>(now - last_.at).count();
        if (span > 0 && seen.cpu_microseconds >= last_.cpu_microseconds)
            seen.millicores = 1000 * (seen.cpu_microseconds - last_.cpu_microseconds) /
                              static_cast<std::uint64_t>(span);
        last_ = seen;
    }
    v.cpu_millicores = last_.millicores;
    v.memory_bytes = last_.memory;
}

void usage::note(os::tree_cpu const& reading, tree const& of, core::time_point now,
                 std::chrono::milliseconds window)
{
    if (!reading.used_us)
        return history_.note(std::nullopt, window);
    members_ = reading.members;
    most_ = std::max(most_, of.own_part(*reading.used_us) + of_orphans_);
    history_.note(core::cpu_reading{0, now, most_}, window);
}

bool usage::credit(reaper::stranger const& orphan, tree const& of)
{
    auto const key = of.key();
    if (key.leaf != nullptr)
        return false;
    bool const known = std::find(members_.begin(), members_.end(), orphan.pid) != members_.end() ||
                       orphan.session == key.leader || orphan.session == key.session;
    if (known)
        of_orphans_ += orphan.cpu_us;
    return known;
}

} // namespace procd::process
