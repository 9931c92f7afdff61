#include "supervisor/process/ports.hpp"

#include "supervisor/process/services.hpp"

#include <chrono>
#include <utility>

namespace procd::process {

std::optional<os::port_holder> ports::taken_by(services& with, std::optional<int> port)
{
    if (!port || !with.ports.may_be_taken(*port, std::chrono::steady_clock::now()) ||
        !os::port_taken(*port))
        return std::nullopt;
    with.seen_in_proc.ask(); // the answer holds for this round of the loop
    return with.port_holders.find(*port);
}

std::optional<std::string> ports::warning(std::optional<os::port_holder> const& holder, int port)
{
    auto const warned = std::exchange(warned_of_, holder ? holder->pid : 0);
    if (!holder || holder->pid == warned)
        return std::nullopt;
    std::string who = holder->pid > 0 ? "pid " + std::to_string(holder->pid) : "another process";
    if (!holder->command.empty())
        who += " (" + holder->command + ')';
    return std::to_string(port) + " is in use by " + who;
}

} // namespace procd::process
