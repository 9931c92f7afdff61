#include "supervisor/app/application.hpp"

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

} // namespace procd::app
