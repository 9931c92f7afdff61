#include "supervisor/os/orphans.hpp"

#include "supervisor/os/child.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <algorithm>

namespace os {

bool orphans::look() const
{
    auto const children = own_children();
    return std::any_of(children.begin(), children.end(), [&](int pid) { return !known_(pid); });
}

// The kernel hands children over before their parent can be seen to have ended: a look tells all
// about those that had ended before it. The second one of a pass finds out who these are.
bool orphans::may_be_of(int ended)
{
    if (std::find(settled_.begin(), settled_.end(), ended) != settled_.end())
        return found_;
    settled_.clear();
    if (++looks_ > 1)
        for (auto const& child : ended_children())
            settled_.push_back(child.pid);
    return found_ = look();
}

void orphans::forget()
{
    looks_ = 0;
    settled_.clear();
}

} // namespace os
