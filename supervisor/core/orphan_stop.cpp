#include "supervisor/core/orphan_stop.hpp"

#include <algorithm>

namespace core {

orphan_stop::action orphan_stop::step(facts const& seen)
{
    if (!seen.any)
        return all_gone{};
    if (seen.hurried)
        deadline_ = std::min(deadline_, seen.now);
    if (seen.now < deadline_) {
        if (seen.any_new)
            return terminate{};
        return wait_until{deadline_};
    }
    if (!give_up_) {
        give_up_ = seen.now + lifecycle::kill_patience;
        next_kill_ = seen.now;
    }
    if (seen.now >= *give_up_)
        return give_up{};
    if (seen.any_new || seen.now >= *next_kill_) {
        next_kill_ = seen.now + lifecycle::kill_interval;
        return kill{};
    }
    return wait_until{std::min(*next_kill_, *give_up_)};
}

} // namespace core
