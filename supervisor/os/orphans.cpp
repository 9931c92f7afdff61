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

// When a parent can be seen to have ended, the kernel has already handed its children over. So one
// look at the list of children answers for every process that had ended before it. The second look
// of a pass finds out which processes these are.
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
