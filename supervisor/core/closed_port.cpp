#include "supervisor/core/closed_port.hpp"

#include <algorithm>
#include <cstddef>

namespace core {

bool closed_port::note(port_answer answer, time_point now)
{
    if (answer == port_answer::unknown)
        return false;
    refused_ = answer == port_answer::refused;
    if (settled_ || (refused_ && now < due_))
        return false;
    settled_ = true;
    return refused_;
}

std::string other_ports_text(std::vector<int> const& ports)
{
    constexpr std::size_t most = 5;
    if (ports.empty())
        return "";
    std::string list;
    auto const shown = std::min(ports.size(), most);
    for (std::size_t i = 0; i < shown; ++i) {
        bool const last = i + 1 == ports.size();
        list += (i == 0 ? "" : last ? " and " : ", ") + std::to_string(ports[i]);
    }
    return "it listens on " + list + (ports.size() > most ? " and others" : "") + ", not on $PORT";
}

} // namespace core
