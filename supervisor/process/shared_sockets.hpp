// The listening sockets that processes get themselves (share = "listen_fds"). `daemon/listeners`
// opens them and keeps this table; a launch takes its descriptors from it.
#pragma once

#include "procfile/listen_address.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procd::process {

class shared_sockets {
public:
    // The descriptors by their address, as to_string() writes it. There may be none for the half of
    // a port that the machine does not have, and several where systemd passes several by one name.
    using table = std::map<std::string, std::vector<int>>;

    void set(table open) { open_ = std::move(open); }
    // Nothing: the address is not open, or not for processes.
    std::optional<std::vector<int>> find(procfile::listen_address const& at) const
    {
        auto const found = open_.find(procfile::to_string(at));
        return found == open_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    table open_;
};

} // namespace procd::process
