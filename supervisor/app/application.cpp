#include "supervisor/app/application.hpp"

#include <algorithm>

namespace procd::app {

namespace {

constexpr verb_defaults up_defaults{
    .name = "up",
    .web_count = 1,
    .other_count = 1,
    .restart = procfile::restart_policy::on_failure,
    .terminals = true,
    .input = os::stdin_kind::endless,
    .log_files = false,
    .keeps_state = false,
    .hold = std::chrono::seconds{30},
    .drain = std::chrono::seconds{1},
    .fronted_types_surge = false,
    .ends_when_all_ended = true,
};
constexpr verb_defaults serve_defaults{
    .name = "serve",
    .web_count = 1,
    .other_count = 0,
    .restart = procfile::restart_policy::always,
    .terminals = false,
    .input = os::stdin_kind::null,
    .log_files = true,
    .keeps_state = true,
    .hold = std::chrono::seconds{5},
    .drain = std::chrono::seconds{10},
    .fronted_types_surge = true,
    .ends_when_all_ended = false,
};

} // namespace

verb_defaults const& defaults_of(verb v)
{
    switch (v) {
    case verb::up:
        return up_defaults;
    case verb::serve:
        return serve_defaults;
    }
    return up_defaults;
}

std::chrono::milliseconds hold_of(application const& app, procfile::type_settings const& of)
{
    return of.front.hold.value_or(defaults_of(app.started_as).hold);
}

std::string error_page_path(application const& app, std::string const& as_written)
{
    return as_written.starts_with('/') ? as_written : app.root + '/' + as_written;
}

bool has_router(procfile::app_spec const& spec)
{
    return std::any_of(spec.types.begin(), spec.types.end(),
                       [](auto const& type) { return type.settings.front.routed(); });
}

std::chrono::milliseconds drain_of(application const& app, procfile::type_settings const& of)
{
    return of.front.drain.value_or(defaults_of(app.started_as).drain);
}

} // namespace procd::app
