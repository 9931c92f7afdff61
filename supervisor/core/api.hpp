// The answers of the control socket as values, and their JSON. procd and procctl share them. The
// names of the fields are the contract with clients.
#pragma once

#include "supervisor/core/api_autoscale.hpp"
#include "supervisor/core/api_releases.hpp"
#include "supervisor/core/api_routing.hpp"
#include "supervisor/core/log_line.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::api {

// An error in the form of RFC 9457. `status` is the HTTP status. procctl turns 404 into exit code
// 3, 400 and 422 into 2, and every other status into 1.
struct problem {
    int status = 500;
    std::string title;                   // "No such process"
    std::string detail;                  // the whole sentence for the user
    std::vector<std::string> lines = {}; // more lines for the user: findings in the files
};
// Lets outcome::value() throw the problem as an exception.
[[noreturn]] void throw_exception_from_error(problem const& p, boost::source_location const& where);

template <class T>
using outcome = boost::system::result<T, problem>;

// One process in a list.
struct process_view {
    std::string name, type;
    int instance = 1;
    std::string state; // waiting, starting, up, stopping, backoff, crashed, stopped, completed
    bool ready = false;
    std::string release = "v1";
    std::uint64_t incarnation = 0; // the number of starts of this slot
    std::uint64_t restarts = 0;
    std::optional<wall_time> started_at;
    std::optional<int> pid;
    std::optional<int> port;
    std::optional<std::uint64_t> cpu_millicores;
    std::optional<std::uint64_t> memory_bytes;
    bool operator==(process_view const&) const = default;
};

// How the last incarnation of a process ended.
struct last_exit {
    std::string description; // in the words of core::describe
    std::optional<int> code;
    std::optional<std::string> signal; // "SIGKILL"
    bool oom = false;
    wall_time at{};
    std::uint64_t uptime_ms = 0;
    std::vector<std::string> last_lines; // the last lines of its output, at most 10
    bool operator==(last_exit const&) const = default;
};

// The limits of a type as they are in force. CPU is in cores, memory in bytes. An absent limit does
// not exist.
struct limits_view {
    std::string type;
    double request = 1;
    std::optional<double> cpu;
    std::optional<std::uint64_t> memory, open_files;
    bool enforced = true;              // whether limits on CPU and memory have an effect
    std::optional<std::string> reason; // why they have none
    bool operator==(limits_view const&) const = default;
};

// One probe of a type.
struct probe_view {
    std::string type, kind, probe; // e.g. "web", "readiness" and the text of core::probe_text
    bool operator==(probe_view const&) const = default;
};

// Something that happened. The kinds are started, ready, exited, backoff, crashed, completed,
// stopped, scaled, restarted, signaled, unkillable, shutdown and others. A process is `stopping`
// when it was told to stop; one that ends by itself is `exited` at once.
struct event {
    std::uint64_t seq = 0;
    wall_time time{};
    std::string kind;
    std::string process;      // "web.1", the name of a type, or empty
    std::string message;      // for people
    boost::json::object data; // for programs: pid, code, signal, uptime_ms, from, to and so on
    bool operator==(event const&) const = default;
};

// GET /v1/processes/NAME: the process, and everything that `ps:describe` shows.
struct process_detail {
    process_view process;
    std::string command;           // as written in the Procfile
    std::vector<std::string> args; // argv as executed: {"/bin/sh", "-c", "exec …"}
    std::string cwd;
    std::optional<std::string> user;
    std::optional<std::string> cgroup;
    // True when the process listens on its $PORT. Absent when that is unknown or was not asked for.
    std::optional<bool> listening;
    std::optional<wall_time> next_attempt; // present in the state backoff
    std::optional<last_exit> last;
    std::uint64_t stop_timeout_ms = 0;
    std::string stop_signal;
    std::string restart; // the restart policy
    int max_restarts = 0;
    std::vector<std::string>
        waits_for; // in the state waiting: the processes that must be ready first
    std::optional<std::string> not_ready; // why the process is not ready, where that is known
    limits_view limits;
    std::vector<probe_view> probes;
    std::optional<routing_view> routing; // of the type, without figures; absent: no front port
    std::vector<event> events;           // the last ones of the process and of its type, at most 10
    bool operator==(process_detail const&) const = default;
};

// One process type in a list.
struct type_view {
    std::string name;
    std::string release = "v1";
    std::string command;
    int wanted = 0;
    int ready = 0;
    int up_to_date = 0;
    int available = 0;
    std::optional<wall_time> started_at; // of the oldest running process
    int position = 0; // in the Procfile, the release phase counted; it decides the colour
    bool operator==(type_view const&) const = default;
};

// Counts over the whole app.
struct totals {
    int types = 0, wanted = 0, running = 0, ready = 0;
    std::uint64_t restarts = 0;
    // All lines of output, and those that a failing log file or the shutdown has lost.
    std::uint64_t log_lines = 0, log_dropped = 0;
    bool operator==(totals const&) const = default;
};

// GET /v1/status: procd itself.
struct status_view {
    std::string version, app, root, socket, release = "v1";
    int pid = 0;
    wall_time started_at{};
    std::string state;                             // "running", "stopping"
    std::string verb;                              // "up", "serve"
    std::string containment;                       // "cgroup" or "process id"
    std::optional<std::string> containment_reason; // why procd does not use cgroups
    std::vector<std::string> off;                  // types of which no process is wanted
    std::optional<std::string> not_kept;           // why the last changes are not on the disk
    std::optional<std::string> files_problem;      // why a kept release runs instead of the files
    std::optional<router_view> router;             // absent: no type needs one
    totals total;
    bool operator==(status_view const&) const = default;
};

// GET /v1/types/T.
struct type_detail {
    type_view type;
    std::vector<std::string> args;
    limits_view limits;
    std::vector<probe_view> probes;
    std::optional<autoscale_view> autoscale;
    std::vector<std::string> variables;  // only the names of the variables that the files set
    std::optional<routing_view> routing; // without figures; absent: no front port
    bool operator==(type_detail const&) const = default;
};

// One line in the answer to a call that waits. There are any number of lines with `done` false,
// which report progress, then one with `done` true, which reports the result.
struct progress {
    bool done = false;
    bool ok = false;
    std::string message;                 // "worker: 2 of 3 up", or why the call failed
    std::vector<process_view> processes; // the processes that the call concerns
    std::vector<std::string> lines;      // the last output lines of a process that failed
    std::vector<change_view> changes;    // the changes that a reload or rollback made
    std::vector<std::string> warnings;
    std::optional<std::string> not_kept; // why the change is not on the disk, if writing it failed
};

// The JSON form of each value. An absent value is null in a process_view. Elsewhere it is left out
// where the API says that it is optional.
boost::json::value to_json(process_view const&);
boost::json::value to_json(process_detail const&);
boost::json::value to_json(type_view const&);
boost::json::value to_json(status_view const&);
boost::json::value to_json(event const&);
boost::json::value to_json(limits_view const&);
boost::json::value to_json(probe_view const&);
boost::json::value to_json(type_detail const&);
boost::json::value to_json(progress const&);
boost::json::value to_json(problem const&);
// {"seq","time","process","line","partial","author"}, with "line_base64" instead of "line" for
// other bytes than UTF-8
boost::json::value to_json(log_record const&);

// Reads each of these values from JSON. Unknown fields are ignored. The error is the name of a
// required field that is missing or has the wrong type.
template <class T>
boost::system::result<T, std::string> from_json(boost::json::value const& v);

} // namespace core::api
