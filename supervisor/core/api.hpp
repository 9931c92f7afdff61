// What the socket answers, as values, and their JSON. Shared by the server and procctl; field names
// are the contract.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core::api {

// An error as RFC 9457 has it. `status` is the HTTP status; procctl turns 404 into exit code 3, 400
// and 422 into 2, others into 1.
struct problem {
    int status = 500;
    std::string title;  // "No such process"
    std::string detail; // the whole sentence for the user
};
[[noreturn]] void throw_exception_from_error(problem const& p, boost::source_location const& where);

template <class T>
using outcome = boost::system::result<T, problem>;

// One process, as in SPEC 5.
struct process_view {
    std::string name, type;
    int instance = 1;
    std::string state; // waiting, starting, up, stopping, backoff, crashed, stopped, completed
    bool ready = false;
    std::string release = "v1";
    std::uint64_t incarnation = 0; // counts starts of this slot
    std::uint64_t restarts = 0;
    std::optional<wall_time> started_at;
    std::optional<int> pid;
    std::optional<int> port;
    std::optional<std::uint64_t> cpu_millicores;
    std::optional<std::uint64_t> memory_bytes;
    bool operator==(process_view const&) const = default;
};

// How an incarnation ended.
struct last_exit {
    std::string description; // core::describe
    std::optional<int> code;
    std::optional<std::string> signal; // "SIGKILL"
    bool oom = false;
    wall_time at{};
    std::uint64_t uptime_ms = 0;
    std::vector<std::string> last_lines; // its last output lines, at most 10
    bool operator==(last_exit const&) const = default;
};

// The limits of a type as they run. Cores and bytes; absent: none (of `request`: the default).
struct limits_view {
    std::string type;
    double request = 1;
    std::optional<double> cpu;
    std::optional<std::uint64_t> memory, open_files;
    bool enforced = true;              // CPU and memory, where there is such a limit
    std::optional<std::string> reason; // why not
    bool operator==(limits_view const&) const = default;
};

struct probe_view {
    std::string type, kind, probe; // "web", "readiness", core::probe_text
    bool operator==(probe_view const&) const = default;
};

// GET /v1/processes/NAME: the process and everything `ps:describe` shows.
struct process_detail {
    process_view process;
    std::string command;           // as written in the Procfile
    std::vector<std::string> args; // argv as executed: {"/bin/sh", "-c", "exec …"}
    std::string cwd;
    std::optional<std::string> user;
    std::optional<std::string> cgroup;
    std::optional<bool>
        listening; // whether it listens on its $PORT; absent when not known or not asked for
    std::optional<wall_time> next_attempt; // in backoff
    std::optional<last_exit> last;
    std::uint64_t stop_timeout_ms = 0;
    std::string stop_signal;
    std::string restart; // policy
    int max_restarts = 0;
    std::optional<std::string> not_ready; // why, where that is known
    limits_view limits;
    std::vector<probe_view> probes;
    bool operator==(process_detail const&) const = default;
};

struct type_view {
    std::string name;
    std::string release = "v1";
    std::string command;
    int wanted = 0;
    int ready = 0;
    int up_to_date = 0;
    int available = 0;
    std::optional<wall_time> started_at; // of the oldest running process
    bool operator==(type_view const&) const = default;
};

struct totals {
    int types = 0, wanted = 0, running = 0, ready = 0;
    std::uint64_t restarts = 0;
    std::uint64_t log_lines = 0,
                  log_dropped = 0; // lines seen; lines lost on a failing log file or at shutdown
    bool operator==(totals const&) const = default;
};

struct status_view {
    std::string version, app, root, socket, release = "v1";
    int pid = 0;
    wall_time started_at{};
    std::string state;                             // "running", "stopping"
    std::string verb;                              // "up", "serve"
    std::string containment;                       // "cgroup" or "process id"
    std::optional<std::string> containment_reason; // why not cgroup
    totals total;
    bool operator==(status_view const&) const = default;
};

// started, ready, exited, backoff, crashed, completed, stopped, scaled, restarted, signaled,
// unkillable, shutdown, …
struct event {
    std::uint64_t seq = 0;
    wall_time time{};
    std::string kind;
    std::string process;      // "web.1", a type, or empty
    std::string message;      // for people
    boost::json::object data; // numbers and names: pid, code, signal, uptime_ms, from, to, …
};

// One type that a release changes: added, removed or changed, and the names of what changed; never
// values.
struct change_view {
    std::string type, what;
    std::vector<std::string> fields;
    bool operator==(change_view const&) const = default;
};

struct release_view {
    std::string name, reason;
    wall_time created_at{};
    bool current = false, failed = false;
    std::vector<change_view> changes;
    bool operator==(release_view const&) const = default;
};

// GET /v1/releases/vN
struct release_detail {
    release_view release;
    std::string root;
    std::map<std::string, std::string> commands; // by type, the release phase included
    std::vector<std::string> variables;          // the names of what the files set
    bool operator==(release_detail const&) const = default;
};

// What a reload would do.
struct release_plan {
    std::optional<std::string> release; // the name it would have; absent: none would be made
    std::vector<change_view> changes;
    bool operator==(release_plan const&) const = default;
};

struct autoscale_view {
    std::string type;
    int min = 1, max = 1, cpu_percent = 1;
    bool operator==(autoscale_view const&) const = default;
};

// GET /v1/types/T
struct type_detail {
    type_view type;
    std::vector<std::string> args;
    limits_view limits;
    std::vector<probe_view> probes;
    std::optional<autoscale_view> autoscale;
    std::vector<std::string> variables; // the names of what the files set
    bool operator==(type_detail const&) const = default;
};

// One decision of the autoscaler with what it was made of; see core/autoscale.
struct decision_view {
    wall_time time{};
    std::string condition, reason;
    int from = 0, to = 0;
    int min = 1, max = 1, target_percent = 1;
    int ready = 0, unready = 0, missing = 0;
    std::uint64_t usage_millicores = 0, request_millicores = 0;
    std::optional<int> utilization, rebalanced; // percent
    std::optional<int> raw, proposed;           // counts, before and after limits
    bool operator==(decision_view const&) const = default;
};

// One line of a call that waits: progress while `done` is false, then one with `done` true that
// says how it went.
struct progress {
    bool done = false;
    bool ok = false;
    std::string message;                 // "worker: 2 of 3 up", or why it failed
    std::vector<process_view> processes; // the processes concerned
    std::vector<std::string> lines;      // the last ones of what failed
    std::vector<change_view> changes;    // of a reload or rollback
    std::vector<std::string> warnings;
};

// To and from JSON. Absent values are null (a process) or left out (elsewhere, where they are said
// to be optional).
boost::json::value to_json(process_view const&);
boost::json::value to_json(process_detail const&);
boost::json::value to_json(type_view const&);
boost::json::value to_json(status_view const&);
boost::json::value to_json(event const&);
boost::json::value to_json(release_view const&);
boost::json::value to_json(release_detail const&);
boost::json::value to_json(release_plan const&);
boost::json::value to_json(limits_view const&);
boost::json::value to_json(probe_view const&);
boost::json::value to_json(type_detail const&);
boost::json::value to_json(autoscale_view const&);
boost::json::value to_json(decision_view const&);
boost::json::value to_json(progress const&);
boost::json::value to_json(problem const&);
boost::json::value
to_json(log_record const&); // {"seq","time","process","line"|"line_base64","partial"}

// Reading is lenient: unknown fields are ignored; a missing or mistyped needed one is an error with
// its name.
template <class T>
boost::system::result<T, std::string>
from_json(boost::json::value const& v); // for each of the above

} // namespace core::api
