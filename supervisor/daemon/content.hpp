// A release as this procd runs it: its record, the app it makes, and the plans for its processes.
#pragma once

#include "supervisor/core/release.hpp"
#include "supervisor/daemon/app.hpp"
#include "supervisor/daemon/planner.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace procd {

struct content {
    content(core::release r, app whole, std::shared_ptr<procfile::port_plan> ports)
        : record(std::move(r)), what(std::move(whole)), plans(what, std::move(ports))
    {
    }
    content(content const&) = delete;
    content& operator=(content const&) = delete;

    core::release record;
    app what;      // with what was set by command
    planner plans; // refers to `what`

    // What the files say by themselves; rarely asked for, so not kept.
    procfile::app_spec file_spec() const { return procfile::merge(record.files).spec; }
};

// The app of a release: everything of `base` that is not the release's, and the release's own. The
// error is a sentence: files that no longer make an app, a user that is not there.
boost::system::result<std::shared_ptr<content>, std::string>
make_content(core::release record, app const& base, std::shared_ptr<procfile::port_plan> ports);

// How one release differs from another, by the specs that run and the roots.
std::vector<procfile::type_change> difference(content const& before, content const& after);

} // namespace procd
