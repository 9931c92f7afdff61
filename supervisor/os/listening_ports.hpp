// Which TCP ports are listened on, asked for all of them at once (Linux's sock_diag).
#pragma once

#include "supervisor/os/result.hpp"

#include <bitset>
#include <chrono>
#include <cstddef>
#include <optional>

namespace os {

class listening_ports {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::size_t all = 65536;
    using set = std::bitset<all>;

    // Of every address, v4 and v6. An error where the kernel cannot be asked so.
    static result<set> ask();

    // False when it is certain that nobody has listened on the port for the last 20 ms or so: many
    // starts in a row ask the kernel once.
    bool may_be_taken(int port, time_point now);

private:
    std::optional<set> known_; // absent: not to be had
    std::optional<time_point> asked_;
};

} // namespace os
