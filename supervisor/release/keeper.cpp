#include "supervisor/release/keeper.hpp"

#include "supervisor/formation/autoscaler.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/release/releases.hpp"
#include "supervisor/release/state_store.hpp"

#include <utility>

namespace procd::release {

keeper::keeper(releases const& numbers, formation::formation const& counts,
               formation::autoscaler const& rules, setting with)
    : releases_(numbers), formation_(counts), autoscaler_(rules), store_(with.store),
      formation_text_(std::move(with.formation_text)), before_(std::move(with.before))
{
}

void keeper::keep()
{
    if (before_)
        before_();
    if (store_ == nullptr)
        return;
    core::kept_state s;
    s.release = releases_.current_number();
    s.newest = releases_.at().newest;
    s.read = releases_.at().read;
    s.formation = formation_text_;
    s.types = types();
    store_->save(s);
}

std::map<std::string, core::kept_type> keeper::types() const
{
    std::map<std::string, core::kept_type> all;
    for (auto const& t : formation_.types()) {
        auto const& ruled = autoscaler_.of(t.spec.name);
        if (!t.dropped)
            all[t.spec.name] = {t.wanted, t.release, t.held, ruled.rule, ruled.last_rescale};
    }
    return all;
}

std::uint64_t keeper::ticket() const
{
    return store_ == nullptr ? 0 : store_->asked();
}

bool keeper::durable(std::uint64_t ticket) const
{
    return store_ == nullptr || store_->durable(ticket);
}

} // namespace procd::release
