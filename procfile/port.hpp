// The port of each process by Foreman's rule: base + 100 * position of its type + (N - 1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procfile {

// Hands out ports. A type keeps its block of 100 ports as long as the plan lives, and a type that
// is added later takes the next free block. The 101st process of a type and those after it take the
// next free ports above all blocks, and keep them.
class port_plan {
public:
    static constexpr int block_size = 100;
    static constexpr int last_port = 65'535;

    port_plan() = default;
    // `types` is in the order of the Procfile, with the release phase (app_spec::port_order).
    port_plan(int base, std::vector<std::string> const& types);

    int base() const { return base_; }
    // Gives a type its block. Does nothing for a type that has one.
    void add_type(std::string const& type);
    // The port of process number `instance` (from 1) of a type. Nothing for an unknown type, or
    // when the port would be above 65535.
    std::optional<int> port(std::string const& type, int instance);
    // The port of the first process of a type, for PROCD_PORT_<TYPE>. Nothing as for port().
    std::optional<int> first_port(std::string const& type) const;

private:
    int base_ = 5000;
    std::map<std::string, int> blocks_;                 // type -> its first port
    std::map<std::pair<std::string, int>, int> beyond_; // the ports of processes past the 100th
    int next_ = 5000;                                   // the first port above all others
};

} // namespace procfile
