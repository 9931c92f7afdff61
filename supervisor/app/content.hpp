// A release as this procd runs it: its record, the app it makes, and the plans for its processes.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/app/planner.hpp"
#include "supervisor/core/release.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace procd::app {

struct content {
    content(core::release r, application whole, std::shared_ptr<procfile::port_plan> ports)
        : record(std::move(r)), app(std::move(whole)), plans(app, std::move(ports))
    {
    }
    content(content const&) = delete;
    content& operator=(content const&) = delete;

    core::release record;
    application app; // with what was set by command
    planner plans;   // refers to `app`

    // What the files say by themselves; rarely asked for, so not kept.
    procfile::app_spec file_spec() const { return procfile::merge(record.files).spec; }
};

// The app of a release: everything of `base` that is not the release's, and the release's own. The
// error is a sentence: files that no longer make an app, a user that is not there.
boost::system::result<std::shared_ptr<content>, std::string>
make_content(core::release record, application const& base,
             std::shared_ptr<procfile::port_plan> ports);

// How one release differs from another, by the specs that run and the roots.
std::vector<procfile::type_change> difference(content const& before, content const& after);

} // namespace procd::app
