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
            all[t.spec.name] = {t.wanted,   t.release,          t.held,
                                ruled.rule, ruled.last_rescale, t.routing};
    }
    return all;
}

std::uint64_t keeper::ticket() const
{
    return store_ == nullptr ? 0 : store_->queue().asked();
}

bool keeper::tried(std::uint64_t ticket) const
{
    using standing = core::write_queue::standing;
    return store_ == nullptr || store_->queue().of(ticket) != standing::waiting;
}

core::api::progress keeper::judged(core::api::progress p, std::uint64_t ticket) const
{
    using standing = core::write_queue::standing;
    if (store_ == nullptr)
        return p;
    switch (store_->queue().of(ticket)) {
    case standing::on_disk:
        break;
    case standing::waiting:
        p.done = false;
        break;
    case standing::owed:
        p.not_kept = store_->queue().failure();
        if (p.done)
            p.message += std::string(p.message.empty() ? "" : "; ") +
                         "the change is made, but it is not kept (" + *p.not_kept +
                         "): procd tries again, and it is lost if procd ends before that";
        p.ok = p.ok && !p.done;
        break;
    }
    return p;
}

std::optional<std::string> keeper::not_kept() const
{
    if (store_ == nullptr || store_->queue().failure().empty())
        return std::nullopt;
    return store_->queue().failure();
}

} // namespace procd::release
