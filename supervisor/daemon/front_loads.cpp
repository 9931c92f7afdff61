#include "supervisor/daemon/front_loads.hpp"

#include "supervisor/daemon/router.hpp"

#include <memory>

namespace procd::daemon {

namespace {

formation::load_source::loads loads_in(router::answer const& told)
{
    formation::load_source::loads all;
    for (auto const& f : told.types)
        all[f.type] = {told.run, f.load_ms, f.time_ms, told.at};
    return all;
}

} // namespace

formation::load_source loads_of(router& from)
{
    using source = formation::load_source;
    auto const question = std::make_shared<std::uint64_t>(0); // the last one
    source made;
    made.ask = [&from, question] {
        auto const asked = from.ask();
        *question = asked.value_or(0);
        return asked ? source::asked::yes : source::asked::nobody_there;
    };
    made.answer = [&from, question]() -> std::optional<source::loads> {
        auto const& told = from.last_answer();
        if (!told || *question == 0 || told->question < *question)
            return std::nullopt;
        return loads_in(*told);
    };
    return made;
}

} // namespace procd::daemon
