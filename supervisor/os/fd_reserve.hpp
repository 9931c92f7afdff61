// Keeps descriptors in reserve, so that something important (the control socket) still gets one
// when all others are used up.
#pragma once

#include "supervisor/os/unique_fd.hpp"

#include <cstddef>
#include <vector>

namespace os {

// Holds `count` descriptors open.
class fd_reserve {
public:
    // Takes the descriptors, or as many of them as are free.
    explicit fd_reserve(std::size_t count = 8);

    // Closes one, so that the next call that needs a descriptor gets it. False when none is left.
    bool release_one();
    // Takes descriptors again until there are `count`, as far as they are free.
    void refill();
    std::size_t held() const { return held_.size(); }

private:
    std::size_t count_;
    std::vector<unique_fd> held_;
};

} // namespace os
