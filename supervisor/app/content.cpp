#include "supervisor/app/content.hpp"

#include "supervisor/app/loader.hpp"

#include <algorithm>

namespace procd::app {

boost::system::result<std::shared_ptr<content>, std::string>
make_content(core::release record, application const& base,
             std::shared_ptr<procfile::port_plan> ports)
{
    using result = boost::system::result<std::shared_ptr<content>, std::string>;
    auto made = core::content(record.files, record.set);
    for (auto const& finding : made.diagnostics)
        if (finding.level == procfile::severity::error)
            return result(boost::system::in_place_error, core::release_name(record.number) + ": " +
                                                             finding.file + ": " + finding.message);
    application whole = base;
    whole.spec = std::move(made.spec);
    procfile::set_fronts(whole.spec, whole.listen);
    for (auto const& problem : procfile::front_problems(whole.spec))
        return result(boost::system::in_place_error,
                      core::release_name(record.number) + " with --listen: " + problem.message);
    whole.root = record.root;
    if (auto const found = find_users(whole); !found)
        return result(boost::system::in_place_error, found.error().message);
    return std::make_shared<content>(std::move(record), std::move(whole), std::move(ports));
}

std::map<std::string, int> default_counts(content const& of)
{
    auto const& defaults = defaults_of(of.app.started_as);
    std::map<std::string, int> counts;
    for (auto const& spec : of.app.spec.types) {
        auto const given = of.app.counts.find(spec.name);
        counts[spec.name] = given != of.app.counts.end() ? given->second
                            : spec.settings.count        ? *spec.settings.count
                            : spec.name == "web"         ? defaults.web_count
                                                         : defaults.other_count;
    }
    return counts;
}

std::vector<procfile::type_change> difference(content const& before, content const& after)
{
    return core::difference(before.app.spec, before.record.root, after.app.spec, after.record.root);
}

} // namespace procd::app
