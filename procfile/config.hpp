// The settings of procd.toml as values: every key of the file, the values it may have, and its
// default.
#pragma once

#include "procfile/diagnostic.hpp"
#include "procfile/front_settings.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procfile {

using milliseconds = std::chrono::milliseconds;

enum class restart_policy { always, on_failure, never };
// "always", "on-failure" or "never".
std::string_view to_string(restart_policy policy);
// The policy with this name, or nothing. The words are those of to_string().
std::optional<restart_policy> parse_restart_policy(std::string_view text);

// The delays before restarts. A process that stays up for `reset_after` starts again at `first`.
struct backoff_settings {
    milliseconds first{0};       // delay before the first restart
    milliseconds initial{1'000}; // delay before the second restart; it doubles from there
    milliseconds max{60'000};    // the longest delay
    milliseconds reset_after{60'000};
    bool operator==(backoff_settings const&) const = default;
};

// The limits of one process. An absent limit is not set.
struct limit_settings {
    std::optional<double> cpu;           // cores
    std::optional<std::uint64_t> memory; // bytes
    std::optional<std::uint64_t> open_files;
    bool operator==(limit_settings const&) const = default;
};

// The autoscale rule of one type: between `min` and `max` processes, such that on average they use
// `cpu_percent` of the CPU that they request, and have `concurrency` requests in flight each. At
// least one of the two is there; with both, the larger answer counts.
struct autoscale_settings {
    int min = 1;
    int max = 1;
    std::optional<int> cpu_percent = 75;
    std::optional<int> concurrency;
    bool operator==(autoscale_settings const&) const = default;
};

enum class probe_kind { readiness, liveness, startup };
// "readiness", "liveness" or "startup".
std::string_view to_string(probe_kind kind);
enum class probe_action { http, tcp, exec };
// One probe. The defaults of the times and counts are those of Kubernetes.
struct probe_settings {
    probe_action action = probe_action::tcp;
    std::string path;                 // http: the path, with the query if there is one
    std::vector<std::string> command; // exec: argv; a shell string is {"/bin/sh", "-c", text}
    std::vector<std::pair<std::string, std::string>> headers; // http
    // http and tcp: an address or "localhost". Empty means 127.0.0.1, or ::1 where that refuses.
    std::string host;
    std::optional<int> port;       // http and tcp; absent means the process's own $PORT
    milliseconds initial_delay{0}; // from the start of the process to the first attempt
    milliseconds period{10'000};   // from one attempt to the next
    milliseconds timeout{1'000};   // of one attempt
    int success = 1;               // attempts in a row that have to succeed
    int failure = 3;               // attempts in a row that have to fail
    bool operator==(probe_settings const&) const = default;
};

// The bytes that the request of an http probe may have. Servers take hardly more.
inline constexpr std::size_t longest_probe_text = 4
                                                  << 10; // of a header's value or name, or the path
inline constexpr std::size_t longest_probe_headers = 16 << 10; // of all headers together
// Why the request of the probe is too large to be sent; empty when it is not. A release that an
// older procd has kept may hold such a probe.
std::string too_large(probe_settings const& probe);

// A number of processes, or a percentage of those that are wanted.
struct amount {
    enum class unit { processes, percent };
    int number = 0;
    unit in = unit::processes;
    bool operator==(amount const&) const = default;
};

// The percentages that an amount may have. Nobody can miss more than all, but there may be several
// times as many.
inline constexpr int most_surge_percent = 1'000, most_unavailable_percent = 100;

// How a rolling restart of one type goes.
struct rollout_settings {
    // How many more processes than wanted there may be meanwhile, and how many fewer than wanted
    // may be available. Absent: by the verb, and whether the type has a front port.
    std::optional<amount> surge, unavailable;
    // How long a new process has to stay up before it counts as available. Absent means 2 s for a
    // type without a readiness probe and 0 for a type with one.
    std::optional<milliseconds> min_ready;
    // How long a rollout may go on without a process that becomes available, before it has failed.
    // The time that its startup probe may take, and min_ready, are added.
    milliseconds progress_deadline{60'000};
    bool operator==(rollout_settings const&) const = default;
};

// The settings of one type, with [defaults] and the built-in defaults already merged in. A setting
// that is still absent depends on the verb (`up` or `serve`), on the options or on the machine, and
// is decided later.
struct type_settings {
    std::optional<int> count;
    int stop_signal = 15;                     // signal number
    std::optional<milliseconds> stop_timeout; // absent: the value of -t, or else 30 s
    std::optional<restart_policy> restart;
    backoff_settings backoff;
    int max_restarts = 0; // 0 means that procd never gives up
    std::vector<std::string> after;
    std::optional<double> cpu; // the CPU that a process requests, in cores
    limit_settings limits;
    std::optional<autoscale_settings> autoscale;
    std::optional<probe_settings> readiness, liveness, startup;
    std::optional<bool> tty;
    std::vector<std::string> watch; // as written; watch_patterns accepts them
    std::map<std::string, std::string> env;
    std::optional<std::string> cwd; // as written; relative to the app's root
    std::optional<std::string> user;
    std::optional<unsigned> umask;
    rollout_settings rollout;
    front_settings front;
    bool operator==(type_settings const&) const = default;
};

// Where the log files are and how large they may become. Sizes are in bytes.
struct log_settings {
    std::optional<std::string> directory;
    std::uint64_t max_size = 10ull << 20; // of one file
    int keep = 5;                         // rotated files kept for each process
    std::uint64_t total = 1ull << 30;     // of all log files of the app together
    bool operator==(log_settings const&) const = default;
};

// The app-wide settings of autoscaling: how often procd decides, over which time it measures, which
// deviation it ignores, and how long a need has to last before it scales.
struct autoscaler_settings {
    milliseconds interval{15'000}, window{15'000};
    double tolerance = 0.1;
    milliseconds scale_up_delay{180'000}, scale_down_delay{300'000};
    bool operator==(autoscaler_settings const&) const = default;
};

// A place in a file. Lines and columns count from 1.
struct position {
    unsigned line = 0;
    unsigned column = 0;
    bool operator==(position const&) const = default;
};

// A whole procd.toml.
struct config {
    std::optional<std::string> name;
    std::optional<int> port;
    std::optional<std::vector<std::string>> env_files;
    bool env_files_win = true;
    type_settings defaults;
    std::map<std::string, type_settings> types; // [types.X], with [defaults] merged in
    // The place of every key that the file has, by the key's whole name ("types.web.after").
    std::map<std::string, position> places;
    log_settings logs;
    autoscaler_settings autoscale;
    router_settings front;
    std::optional<std::string> control_group;
    std::optional<std::string> metrics_listen;
    std::vector<std::string> on_event;

    // The settings of a type: those of its own table, or else [defaults].
    type_settings const& of(std::string const& type) const;
};

struct parsed_config {
    config value;
    // Errors, and a note for each key that is accepted but has no effect in this version.
    std::vector<diagnostic> diagnostics;
};

// Reads procd.toml. Unknown keys, wrong types and values out of range are errors with their line
// and column, and with the nearest valid key where one is near. An app without the file has the
// settings of parse_config("", ...).
parsed_config parse_config(std::string_view text, std::string const& file);

// A single probe, read from a table of the same form as in procd.toml. The places in the
// diagnostics are those of the table. There is no value when there is any diagnostic.
struct toml_value;
struct parsed_probe {
    std::optional<probe_settings> value;
    std::vector<diagnostic> diagnostics;
};
parsed_probe parse_probe(toml_value const& table, probe_kind kind);

// Tells whether `name` may name an app: [A-Za-z0-9][A-Za-z0-9_.-]{0,62}.
bool valid_app_name(std::string_view name);

// Reads a duration: "250ms", "30s", "3m", "1h" or "1.5s". Everything else gives nothing: a bare
// number, a negative number, a fraction of a millisecond, and more than a million hours. That
// maximum keeps the sum of a duration and any clock's time in range.
std::optional<milliseconds> parse_duration(std::string_view text);
// Reads a size in bytes: "512", "64K", "10M" or "2G". The units are powers of 1024, and "10Mi"
// means the same as "10M". Everything else gives nothing, and so does a size of more than 64 bits.
std::optional<std::uint64_t> parse_size(std::string_view text);
// Reads a percentage: "25%" gives 25. Everything else gives nothing, and so does more than a
// million percent.
std::optional<int> parse_percentage(std::string_view text);
// The reason why a limit on memory cannot be meant: no process starts with less than 1M, and who
// writes "100" means megabytes. Nothing when the limit is large enough.
std::optional<std::string> memory_limit_problem(std::uint64_t bytes);
// Reads a signal: "TERM", "SIGTERM", "term", "RTMIN+1" or "15". Gives its number, or nothing. The
// numbers come from a fixed table of Linux's signals. 32 and 33 are not accepted, because the C
// library keeps them for itself.
std::optional<int> parse_signal(std::string_view text);
// The name of a signal, such as "SIGTERM" or "SIGRTMIN+1"; "signal 77" for an unknown number.
std::string signal_name(int number);

} // namespace procfile
