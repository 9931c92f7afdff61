#include "supervisor/formation/autoscale_facts.hpp"

#include "supervisor/formation/formation.hpp"
#include "supervisor/os/cpu_reader.hpp"
#include "supervisor/process/services.hpp"

#include <cmath>
#include <cstdint>

namespace procd::formation {

namespace autoscale = core::autoscale;
using core::process_state;

namespace {

std::uint64_t request_m(procfile::type_settings const& s)
{
    return static_cast<std::uint64_t>(std::llround(s.cpu.value_or(1.0) * 1000));
}

autoscale::phase phase_of(process::slot const& p)
{
    if (p.wanted() != core::target::up)
        return autoscale::phase::stopping;
    switch (p.state()) {
    case process_state::up:
        return autoscale::phase::running;
    case process_state::waiting:
    case process_state::starting:
    case process_state::backoff:
        return autoscale::phase::pending;
    case process_state::stopping:
        return autoscale::phase::stopping;
    case process_state::crashed:
    case process_state::stopped:
    case process_state::completed:
        break;
    }
    return autoscale::phase::failed;
}

// A process that nobody of its tree waited for: its CPU time would otherwise be procd's own.
void credit_orphans(process::services& with, std::vector<type const*> const& types)
{
    for (auto const& orphan : with.children.take_strangers())
        for (auto const* const t : types)
            for (auto const& [n, slot] : t->slots)
                if (slot->pid() >= 0)
                    slot->current()->use().credit(orphan, slot->current()->all());
}

} // namespace

void sample_cpu(process::services& with, std::vector<type const*> const& types,
                std::chrono::milliseconds window)
{
    credit_orphans(with, types);
    std::vector<process::incarnation*> whose;
    std::vector<os::tree_key> keys;
    for (auto const* const t : types) {
        for (auto const& [n, slot] : t->slots) {
            if (slot->pid() < 0)
                continue;
            whose.push_back(slot->current());
            keys.push_back(slot->current()->all().key());
        }
    }
    auto const readings = os::read_cpu(keys, with.processes);
    auto const now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < whose.size(); ++i)
        whose[i]->use().note(readings[i], whose[i]->all(), now, window);
}

std::vector<autoscale::process> processes_of(type const& of, std::chrono::milliseconds window)
{
    std::vector<autoscale::process> processes;
    for (auto const& [n, slot] : of.slots) {
        autoscale::process p;
        p.request_m = request_m(of.spec.settings);
        p.current_phase = phase_of(*slot);
        p.ready = slot->ready();
        p.ready_since = slot->ready_since();
        auto const usage = slot->pid() >= 0 ? slot->current()->use().over(window) : std::nullopt;
        if (usage)
            p.measured = autoscale::sample{usage->millicores, usage->at};
        processes.push_back(p);
    }
    return processes;
}

} // namespace procd::formation
