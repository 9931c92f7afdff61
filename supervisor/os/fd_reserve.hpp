// Descriptors kept back, so that something that must go on working (the control socket) still gets
// one when all others are used up.
#pragma once

#include "supervisor/os/unique_fd.hpp"

#include <cstddef>
#include <vector>

namespace os {

class fd_reserve {
public:
    // Takes `count` at once, or as many as there are.
    explicit fd_reserve(std::size_t count = 8);

    // Gives one back to the system, for the next call that needs a descriptor; false when none is
    // left.
    bool release_one();
    // Takes back what was given, as far as there are descriptors.
    void refill();
    std::size_t held() const { return held_.size(); }

private:
    std::size_t count_;
    std::vector<unique_fd> held_;
};

} // namespace os
