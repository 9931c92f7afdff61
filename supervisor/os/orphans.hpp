// Tells whether an ended process may have left processes behind, where no cgroup tells. procd is a
// subreaper, so such processes are its children: they are among the children that do not belong to
// any known process.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace os {

// Answers for the processes that ended, pass by pass. A pass is one round over all ended children.
class orphans {
public:
    // `known` tells whether a child is known, i.e. the main process of a slot or a helper.
    explicit orphans(std::function<bool(int)> known) : known_(std::move(known)) {}

    // Tells whether the process `ended`, which has ended and is not reaped, may have left something
    // behind. False is certain. The cost is one small read. If many processes ended together, the
    // second question of a pass takes one more system call for each of them, and the answers to all
    // others are then known.
    bool may_be_of(int ended);
    // Ends the pass: what was seen in it does not hold any longer.
    void forget();

private:
    bool look() const;

    std::function<bool(int)> known_;
    int looks_ = 0;            // in this pass
    std::vector<int> settled_; // the children that had ended before the last look
    bool found_ = false;       // the last look found an unknown child
};

} // namespace os
