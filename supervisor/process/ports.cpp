#include "supervisor/process/ports.hpp"

#include "supervisor/process/services.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace procd::process {

namespace {

std::string text_of(os::port_holder const& holder, int port)
{
    std::string who = holder.pid > 0 ? "pid " + std::to_string(holder.pid) : "another process";
    if (!holder.command.empty())
        who += " (" + holder.command + ')';
    return std::to_string(port) + " is in use by " + who;
}

} // namespace

std::optional<os::port_holder> ports::taken_by(services& with, std::optional<int> port)
{
    if (!port || !with.ports.may_be_taken(*port, std::chrono::steady_clock::now()) ||
        !os::port_taken(*port))
        return std::nullopt;
    with.seen_in_proc.ask(); // the answer holds for this round of the loop
    return with.port_holders.find(*port);
}

held_port ports::held_by(os::port_holder const& holder, int port)
{
    auto listeners = os::listeners_on(os::loopback::v4, port);
    listeners.merge(os::listeners_on(os::loopback::v6, port));
    return {port, "its port " + text_of(holder, port), std::move(listeners)};
}

bool ports::still_held(held_port const& before, os::loopback at)
{
    auto const now = os::listeners_on(at, before.port);
    return std::includes(before.listeners.begin(), before.listeners.end(), now.begin(), now.end());
}

std::optional<std::string> ports::warning(std::optional<os::port_holder> const& holder, int port)
{
    auto const warned = std::exchange(warned_of_, holder ? holder->pid : 0);
    if (!holder || holder->pid == warned)
        return std::nullopt;
    return text_of(*holder, port);
}

} // namespace procd::process
