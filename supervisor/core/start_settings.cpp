#include "supervisor/core/start_settings.hpp"

#include <cstddef>
#include <utility>

namespace core {

namespace {

std::string port_text(std::optional<int> port)
{
    return port ? std::to_string(*port) : "none";
}

// The types whose ports another start would change, each with both ports.
std::vector<std::string> moves(start_settings const& read, procfile::port_plan ports)
{
    procfile::port_plan const next(read.base_port, read.port_order);
    std::vector<std::string> found;
    for (std::string const& type : read.port_order) {
        ports.add_type(type);
        auto const now = ports.first_port(type), then = next.first_port(type);
        if (now != then)
            found.push_back(type + " from " + port_text(now) + " to " + port_text(then));
    }
    return found;
}

std::string listed(std::vector<std::string> const& items)
{
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < items.size() && i < most; ++i)
        text += (i == 0 ? "" : ", ") + items[i];
    if (items.size() > most)
        text += " and " + std::to_string(items.size() - most) + " more";
    return text;
}

} // namespace

std::vector<std::string> left_to_next_start(start_settings const& running,
                                            start_settings const& read, procfile::port_plan ports)
{
    std::vector<std::string> notes;
    if (read.name != running.name)
        notes.push_back("[app] name: restart procd to call the app '" + read.name +
                        "'; until then it is '" + running.name + "'");
    if (read.log_directory != running.log_directory)
        notes.push_back("[logs] directory: restart procd to have the log files there");
    if (read.base_port != running.base_port)
        notes.push_back("PORT: restart procd to have " + std::to_string(read.base_port) +
                        " as the base port; until then it is " + std::to_string(running.base_port));
    if (auto const moved = moves(read, std::move(ports)); !moved.empty())
        notes.push_back("a restart of procd moves the ports of " + listed(moved));
    return notes;
}

} // namespace core
