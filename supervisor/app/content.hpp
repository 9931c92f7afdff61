// A release as this procd runs it: its record, the app it makes, and the plans for its processes.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/app/planner.hpp"
#include "supervisor/core/release.hpp"

#include <boost/system/result.hpp>

#include <map>
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
    application app; // the files, and the settings made by command
    planner plans;   // refers to `app`

    // The spec that the files alone give. It is rarely asked for, so it is made anew each time.
    procfile::app_spec file_spec() const { return procfile::merge(record.files).spec; }
};

// Makes the app of a release: `record` gives the spec and the root, `base` gives everything else.
// The error is a sentence: the files no longer make an app, or a user does not exist.
boost::system::result<std::shared_ptr<content>, std::string>
make_content(core::release record, application const& base,
             std::shared_ptr<procfile::port_plan> ports);

// How many processes of each type a start has by default: the number of the command line, else of
// the files, else of the verb.
std::map<std::string, int> default_counts(content const& of);

// The types that differ between two releases, by the specs that run and the roots.
std::vector<procfile::type_change> difference(content const& before, content const& after);

} // namespace procd::app
