// Which port a process gets: Foreman's rule, base + 100 * position of the type + (N - 1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procfile {

// Hands out ports. A type keeps its block of 100 as long as the plan lives; a type added later
// takes the next free block. Past 100 processes of a type, the next free ports above all blocks,
// remembered per process.
class port_plan {
public:
    static constexpr int block_size = 100;
    static constexpr int last_port = 65'535;

    port_plan() = default;
    // `types` in the Procfile's order, the release phase among them (app_spec::port_order).
    port_plan(int base, std::vector<std::string> const& types);

    int base() const { return base_; }
    // Gives a type its block; does nothing for a type that has one.
    void add_type(std::string const& type);
    // The port of process `instance` (from 1) of `type`; nothing when it would be past 65535 or the
    // type is unknown.
    std::optional<int> port(std::string const& type, int instance);
    // The port of the first process of a type, for PROCD_PORT_<TYPE>.
    std::optional<int> first_port(std::string const& type) const;

private:
    int base_ = 5000;
    std::map<std::string, int> blocks_;                 // type -> its first port
    std::map<std::pair<std::string, int>, int> beyond_; // processes past the 100th
    int next_ = 5000;                                   // above all blocks and all of beyond_
};

} // namespace procfile
