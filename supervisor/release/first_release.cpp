#include "supervisor/release/first_release.hpp"

#include "supervisor/formation/formation.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/release/keeper.hpp"
#include "supervisor/release/release_phase.hpp"

#include <utility>

namespace procd::release {

using core::release_name;

boost::asio::awaitable<prepared> prepare(parts with, start_point from)
{
    auto const now = from.now;
    for (auto const& note : from.notes)
        with.with.hub.system(note, output::level::warn);
    with.history.record(now->record);
    bool const phase = from.is_new && now->app.started_as == app::verb::serve;
    bool const went_well = !phase || co_await with.phase.run(now);
    if (!went_well) {
        if (with.formation.stopping())
            co_return prepared::nothing_to_run;
        now->record.failed = true;
        with.history.record(now->record);
        if (!from.fallback) {
            with.with.hub.system("the release phase failed: nothing is started",
                                 output::level::error);
            co_return prepared::failed;
        }
        with.with.hub.system("the release phase failed: " +
                                 release_name(from.fallback->record.number) + " is started again",
                             output::level::error);
        adopt(with, from.fallback, from.fallback_release_of);
    }
    if (from.is_new && from.fallback && went_well)
        with.with.hub.system(release_name(now->record.number) + ": " +
                             core::describe(now->record.changes));
    with.kept.keep();
    co_return prepared::processes_may_start;
}

} // namespace procd::release
