// The TCP ports that have a listener, found by one question to the kernel (Linux's sock_diag).
#pragma once

#include "supervisor/os/result.hpp"

#include <bitset>
#include <chrono>
#include <cstddef>
#include <optional>

namespace os {

// Remembers the answer for a short time, so that many starts in a row ask once.
class listening_ports {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::size_t all = 65536;
    using set = std::bitset<all>;

    // The ports with a listener on any address of IPv4 or IPv6. An error when the kernel cannot
    // answer this or the answer is uncertain.
    static result<set> ask();

    // Tells whether somebody may listen on the port. False is certain, as of about 20 ms ago. True
    // may be wrong.
    bool may_be_taken(int port, time_point now);

private:
    std::optional<set> known_; // absent when the kernel could not be asked
    std::optional<time_point> asked_;
};

} // namespace os
