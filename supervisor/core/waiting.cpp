#include "supervisor/core/waiting.hpp"

#include <algorithm>

namespace core {

namespace {

// Completed or crashed: nothing will happen by itself.
bool at_rest(awaited const& other)
{
    return other.state == process_state::completed || other.state == process_state::crashed;
}

} // namespace

prospect prospect_of(waiting const& w, std::set<std::string> const& on_their_way)
{
    bool const shut = !w.for_addresses.empty(); // somebody else may let go of it at any time
    auto found = w.long_since && shut ? prospect::late : prospect::comes;
    for (auto const& other : w.for_these) {
        bool const comes = on_their_way.contains(other.name);
        if (other.held || (at_rest(other) && !comes))
            return prospect::never;
        if (w.long_since && !comes)
            found = prospect::late;
    }
    return found;
}

std::string text_of(waiting const& w)
{
    std::string text;
    for (auto const& other : w.for_these)
        text += (text.empty() ? "" : ", ") + other.name + " (" +
                std::string(other.held ? "held" : to_string(other.state)) + ')';
    for (auto const& address : w.for_addresses)
        text += (text.empty() ? "the address " : ", the address ") + address;
    return text;
}

} // namespace core
