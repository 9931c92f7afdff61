#include "supervisor/daemon/kept_start.hpp"

#include "supervisor/app/complain.hpp"
#include "supervisor/app/load_files.hpp"
#include "supervisor/core/release.hpp"
#include "supervisor/daemon/premises.hpp"
#include "supervisor/release/state_files.hpp"

namespace procd::daemon {

std::optional<app::loaded> load_kept_release(app::options const& given)
{
    namespace state_files = release::state_files;
    auto const place = app::find_place(given);
    if (!place)
        return std::nullopt;
    auto const state = premises::existing_state(place->directory);
    if (!state)
        return std::nullopt;
    auto const kept = state_files::load(state->fd(), state_files::damaged::left_in_place);
    if (!kept.state)
        return std::nullopt;
    auto const ran = kept.releases.find(kept.state->release);
    if (ran == kept.releases.end())
        return std::nullopt;
    auto seen = app::load_release(given, *place, ran->second);
    if (seen)
        return std::move(*seen);
    app::complain("the kept release " + core::release_name(ran->first) +
                  " cannot be started either: " + seen.error().message);
    return std::nullopt;
}

} // namespace procd::daemon
