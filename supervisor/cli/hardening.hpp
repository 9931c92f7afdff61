// The lines of an exported unit that take away from the app what apps seldom need.
#pragma once

#include <string>
#include <vector>

namespace procd::cli {

// Facts of a unit on which its hardening depends.
struct hardening_facts {
    bool user_manager = false;      // for systemctl --user, which may protect less
    bool as_root = false;           // the unit names no user
    bool low_ports = false;         // the base port or a front port is below 1024
    std::vector<std::string> paths; // absolute: root, programs, and files of the command line
    std::string home;               // of the user; empty when it is not known
};

// The lines with their comments. A directory that holds one of the paths is not hidden and not
// made read-only.
std::string hardening(hardening_facts const& facts);

} // namespace procd::cli
