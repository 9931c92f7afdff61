#include "supervisor/process/decision_log.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

namespace procd::process {

namespace {

std::string why_stopped(core::observation const& seen, std::uint64_t settled, std::string found)
{
    if (seen.wanted == core::target::down)
        return "it is not wanted any more";
    if (seen.wanted == core::target::held)
        return "it is held down by a command";
    if (seen.generation != settled)
        return "it is to be replaced by a new incarnation";
    if (seen.unhealthy)
        return "a probe found it dead" + (found.empty() ? "" : " (" + found + ')');
    return "it has to end";
}

std::string why_spawned(core::observation const& seen, std::uint64_t settled)
{
    if (seen.generation != settled)
        return "a new incarnation was asked for";
    if (seen.exit)
        return "it " + core::describe(*seen.exit) + ", and its policy says to start it again";
    return "it is wanted, and all that it comes after is ready";
}

std::string_view word(core::probe_result result)
{
    switch (result) {
    case core::probe_result::success:
        return "success";
    case core::probe_result::failure:
        return "failure";
    case core::probe_result::error:
        return "could not be run, which counts as nothing";
    }
    return "";
}

} // namespace

void log_decision(services const& with, std::string const& about, std::string const& text)
{
    with.hub.decision("process", about + ": " + text);
}

std::string reason_of(core::action const& next, core::observation const& seen,
                      std::uint64_t settled_generation, std::string const& found)
{
    if (std::holds_alternative<core::spawn>(next))
        return "starts: " + why_spawned(seen, settled_generation);
    if (auto const* stop = std::get_if<core::signal_group>(&next))
        return procfile::signal_name(stop->number) +
               " to its group: " + why_stopped(seen, settled_generation, found);
    if (auto const* stop = std::get_if<core::signal_survivors>(&next))
        return procfile::signal_name(stop->number) +
               " to its survivors: the main process has ended, others of its tree live on";
    if (std::holds_alternative<core::kill_tree>(next))
        return "KILL to all of its tree: it has not ended in its stop timeout";
    if (std::holds_alternative<core::abandon>(next))
        return "given up: ten seconds of KILL have not ended it";
    if (std::holds_alternative<core::close_output>(next))
        return "its output is closed: the process is gone, somebody outside its tree holds it";
    if (std::holds_alternative<core::finished>(next))
        return "its slot is free: it is not wanted, and nothing of it is left";
    return "";
}

std::string text_of(core::lifecycle_status const& status, core::time_point now)
{
    auto text = "is now " + std::string(core::to_string(status.state));
    if (status.restarts > 0)
        text += ", restart " + std::to_string(status.restarts);
    if (status.next_attempt) {
        auto const rest = std::chrono::ceil<std::chrono::milliseconds>(*status.next_attempt - now);
        text += ", next attempt in " + core::duration_text(rest);
    }
    return text;
}

std::string text_of(core::probe_kind kind, core::probe_result result, std::string const& found,
                    core::health const& health)
{
    auto text = std::string(procfile::to_string(kind)) + " probe: " + std::string(word(result));
    if (!found.empty())
        text += " (" + found + ')';
    text += "; its verdict is " + std::string(core::to_string(health.published(kind)));
    if (health.fatal() == kind)
        text += ", so the process is to be replaced";
    return text + (health.ready() ? "; ready" : "; not ready");
}

} // namespace procd::process
