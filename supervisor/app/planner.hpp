// Makes the plan of each process: command, environment, port, limits. The variables that several
// processes have in common are made once and shared, because an app may have hundreds of types, and
// each type adds a variable to the environment of every other type.
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
    // The app must outlive the planner and must not change. All releases share the ports, because a
    // type keeps its block of ports. Types of this app that have no block get one.
    planner(application const& app, std::shared_ptr<procfile::port_plan> ports);
    // The plan of one process of a type in this release. `instance` counts from 1. The process
    // keeps its port for good.
    process_plan plan(procfile::type_spec const& type, int instance, int release);

private:
    using variables = std::shared_ptr<std::vector<std::string> const>;

    variables environment_of(procfile::type_spec const& type);
    bool has_ports(procfile::type_spec const& type) const;

    application const& app_;
    std::shared_ptr<procfile::port_plan> ports_;
    variables first_ports_;                                          // PROCD_PORT_<TYPE>
    std::map<std::map<std::string, std::string>, variables> shared_; // by the `env` of a type
};

} // namespace procd::app
