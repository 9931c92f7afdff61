// The functions that run the commands. Only command_table.cpp includes this.
#pragma once

#include "supervisor/ctl/command.hpp"

namespace ctl {

void list_processes(context& c, arguments const& a);
void describe_processes(context& c, arguments const& a);
void delete_processes(context& c, arguments const& a);
void stop_processes(context& c, arguments const& a);
void start_processes(context& c, arguments const& a);
void signal_processes(context& c, arguments const& a);
void run_command(context& c, arguments const& a);
void show_logs(context& c, arguments const& a);

void list_types(context& c, arguments const& a);
void describe_type(context& c, arguments const& a);
void restart(context& c, arguments const& a);
void scale(context& c, arguments const& a);
void wait_until_ready(context& c, arguments const& a);

void set_limits(context& c, arguments const& a);
void list_limits(context& c, arguments const& a);
void unset_limits(context& c, arguments const& a);
void set_probe(context& c, arguments const& a);
void list_probes(context& c, arguments const& a);
void unset_probes(context& c, arguments const& a);

void set_autoscale(context& c, arguments const& a);
void list_autoscale(context& c, arguments const& a);
void unset_autoscale(context& c, arguments const& a);
void explain_autoscale(context& c, arguments const& a);

void list_routing(context& c, arguments const& a);
void pause_routing(context& c, arguments const& a);
void resume_routing(context& c, arguments const& a);
void disable_routing(context& c, arguments const& a);
void enable_routing(context& c, arguments const& a);

void reload(context& c, arguments const& a);
void list_releases(context& c, arguments const& a);
void describe_release(context& c, arguments const& a);
void roll_back(context& c, arguments const& a);

void show_events(context& c, arguments const& a);
void show_status(context& c, arguments const& a);
void shut_down(context& c, arguments const& a);
void print_completion(context& c, arguments const& a);

} // namespace ctl
