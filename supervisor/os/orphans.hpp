// Whether an ended process may have left something behind, where no cgroup tells: its children are
// ours then, among those that nobody looks after.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace os {

class orphans {
public:
    // `known`: whether somebody looks after this child.
    explicit orphans(std::function<bool(int)> known) : known_(std::move(known)) {}

    // For a child that has ended and is not reaped: false when it is certain that nothing it
    // started is left. One small read for one; for many that ended together the same read and one
    // system call each, made once.
    bool may_be_of(int ended);
    // A pass over the ended is over: what was seen holds no longer.
    void forget();

private:
    bool look() const;

    std::function<bool(int)> known_;
    int looks_ = 0;            // in this pass
    std::vector<int> settled_; // had ended before the last look
    bool found_ = false;       // by it
};

} // namespace os
