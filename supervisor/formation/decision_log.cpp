#include "supervisor/formation/decision_log.hpp"

#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

namespace procd::formation {

void log_decision(process::services const& with, std::string const& about, std::string const& text)
{
    if (with.hub.shows_decisions())
        with.hub.decision("formation", about + ": " + text);
}

} // namespace procd::formation
