#include "supervisor/daemon/output_options.hpp"

#include "supervisor/core/log_format.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/daemon/premises.hpp"
#include "supervisor/os/journal.hpp"
#include "supervisor/os/tty.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace procd::daemon {

namespace {

std::optional<std::string> set_variable(app::application const& a, char const* name)
{
    auto const found = a.own_environment.find(name);
    return found == a.own_environment.end() ? std::nullopt : std::optional(found->second);
}

bool colored(app::options const& given, app::application const& app, int fd)
{
    auto const when = given.color == "always"  ? core::color_when::always
                      : given.color == "never" ? core::color_when::never
                                               : core::color_when::automatic;
    return core::use_color(when, {os::is_terminal(fd), set_variable(app, "NO_COLOR"),
                                  set_variable(app, "CLICOLOR_FORCE"), set_variable(app, "TERM")});
}

output::level level_of(std::string const& name)
{
    return name == "error"   ? output::level::error
           : name == "warn"  ? output::level::warn
           : name == "debug" ? output::level::debug
                             : output::level::info;
}

} // namespace

output::options output_of(app::options const& given, app::application const& app,
                          premises const& place)
{
    output::options out;
    out.color = colored(given, app, out.terminal_fd);
    out.json = given.log_format == "json";
    out.journal = os::is_journal(out.terminal_fd);
    out.timestamps = !given.no_timestamps;
    out.shown = level_of(given.log_level);
    for (auto const& [type, count] : app.counts)
        if (count > 0)
            out.name_width = std::max(out.name_width, core::process_id{type, count}.str().size());
    auto const& logs = app.spec.settings.logs;
    out.log_directory = place.logs(app);
    out.log_limits = {logs.max_size, logs.keep, logs.total};
    return out;
}

} // namespace procd::daemon
