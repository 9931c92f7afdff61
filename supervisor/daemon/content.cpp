#include "supervisor/daemon/content.hpp"

#include "supervisor/daemon/loader.hpp"

#include <algorithm>

namespace procd {

boost::system::result<std::shared_ptr<content>, std::string>
make_content(core::release record, app const& base, std::shared_ptr<procfile::port_plan> ports)
{
    using result = boost::system::result<std::shared_ptr<content>, std::string>;
    auto made = core::content(record.files, record.set);
    for (auto const& finding : made.diagnostics)
        if (finding.level == procfile::severity::error)
            return result(boost::system::in_place_error, core::release_name(record.number) + ": " +
                                                             finding.file + ": " + finding.message);
    app whole = base;
    whole.spec = std::move(made.spec);
    whole.root = record.root;
    if (auto const found = find_users(whole); !found)
        return result(boost::system::in_place_error, found.error().message);
    return std::make_shared<content>(std::move(record), std::move(whole), std::move(ports));
}

std::vector<procfile::type_change> difference(content const& before, content const& after)
{
    return core::difference(before.what.spec, before.record.root, after.what.spec,
                            after.record.root);
}

} // namespace procd
