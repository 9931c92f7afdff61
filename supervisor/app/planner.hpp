// What each process runs as: command, environment, port, limits. What the processes of a type, and
// all of them, have in common is made once and shared: an app may have hundreds of types, each with
// a variable in the environment of every other.
#pragma once

#include "procfile/port.hpp"
#include "supervisor/app/application.hpp"
#include "supervisor/app/process_plan.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace procd::app {

class planner {
public:
    // The app must outlive it, and must not change. The ports are shared by all releases, because a
    // type keeps its block; types of the app that have none are given one.
    planner(application const& what, std::shared_ptr<procfile::port_plan> ports);
    // Process N of a type, from 1, as `release` has it. The port is given to it for good.
    process_plan plan(procfile::type_spec const& type, int instance, int release);

private:
    using variables = std::shared_ptr<std::vector<std::string> const>;

    variables environment_of(procfile::type_spec const& type);

    application const& app_;
    std::shared_ptr<procfile::port_plan> ports_;
    variables first_ports_;                                          // PROCD_PORT_<TYPE>
    std::map<std::map<std::string, std::string>, variables> shared_; // by a type's own `env`
};

} // namespace procd::app
