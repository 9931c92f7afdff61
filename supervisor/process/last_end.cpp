#include "supervisor/process/last_end.hpp"

#include "procfile/config.hpp"
#include "supervisor/core/duration.hpp"
#include "supervisor/process/incarnation.hpp"

#include <utility>

namespace procd::process {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

// "exited with code 137, out of memory: the kernel killed a process of it": a shell that outlives
// the command it ran tells of the kill only by its code.
std::string text_of(core::exit_status const& status, std::uint64_t oom_kills)
{
    auto text = core::describe(status);
    if (oom_kills == 0 || std::holds_alternative<core::oom_killed>(status))
        return text;
    return text + ", out of memory: the kernel killed " +
           (oom_kills == 1 ? "a process" : std::to_string(oom_kills) + " processes") + " of it";
}

} // namespace

void last_end::note(incarnation const& of)
{
    exit_ = of.exit();
    at_ = *of.exit_at();
    unsaid_ = true;
    core::api::last_exit view;
    view.description = text_of(*exit_, of.oom_kills());
    if (auto const* e = std::get_if<core::exited>(&*exit_))
        view.code = e->code;
    if (auto const* s = std::get_if<core::signaled>(&*exit_))
        view.signal = procfile::signal_name(s->number);
    view.oom = of.oom_kills() > 0;
    view.at = std::chrono::system_clock::now();
    view.uptime_ms =
        static_cast<std::uint64_t>(duration_cast<milliseconds>(at_ - of.started()).count());
    view_ = std::move(view);
}

last_end::report last_end::take_report(core::lifecycle_status const& next,
                                       std::vector<std::string> last_lines)
{
    unsaid_ = false;
    view_->last_lines = std::move(last_lines);
    report made{view_->description, {}, std::exchange(asked_, false)};
    made.facts.reserve(4);
    made.facts.emplace_back("uptime_ms", view_->uptime_ms);
    if (view_->code)
        made.facts.emplace_back("code", *view_->code);
    if (view_->signal)
        made.facts.emplace_back("signal", *view_->signal);
    if (made.asked)
        return made;
    if (!std::holds_alternative<core::never_started>(*exit_))
        made.text += " (up " + core::duration_text(milliseconds(view_->uptime_ms)) + ")";
    if (next.state == core::process_state::starting)
        made.text += ", restarting";
    if (next.next_attempt) {
        auto const delay = std::chrono::ceil<milliseconds>(*next.next_attempt - at_);
        made.text += ", restarting in " + core::duration_text(delay);
        made.facts.emplace_back("restart_in_ms", delay.count());
    }
    return made;
}

} // namespace procd::process
