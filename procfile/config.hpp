// procd.toml to values: every key of the file, what it may hold and what it is when absent.
#pragma once

#include "procfile/diagnostic.hpp"

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
std::string_view to_string(restart_policy policy); // "always", "on-failure", "never"
std::optional<restart_policy> parse_restart_policy(std::string_view text);

struct backoff_settings {
    milliseconds first{0};       // delay before the first restart
    milliseconds initial{1'000}; // before the second; doubles from there
    milliseconds max{60'000};
    milliseconds reset_after{60'000};
    bool operator==(backoff_settings const&) const = default;
};

struct limit_settings {
    std::optional<double> cpu;           // cores
    std::optional<std::uint64_t> memory; // bytes
    std::optional<std::uint64_t> open_files;
    bool operator==(limit_settings const&) const = default;
};

struct autoscale_settings {
    int min = 1;
    int max = 1;
    int cpu_percent = 75;
    bool operator==(autoscale_settings const&) const = default;
};

enum class probe_kind { readiness, liveness, startup };
std::string_view to_string(probe_kind kind);
enum class probe_action { http, tcp, exec };
struct probe_settings {
    probe_action action = probe_action::tcp;
    std::string path;                 // http: path (and query)
    std::vector<std::string> command; // exec: argv; a shell string is {"/bin/sh", "-c", text}
    std::vector<std::pair<std::string, std::string>> headers; // http
    std::optional<int> port; // http, tcp: the process's own $PORT when absent
    milliseconds initial_delay{0};
    milliseconds period{10'000};
    milliseconds timeout{1'000};
    int success = 1;
    int failure = 3;
    bool operator==(probe_settings const&) const = default;
};

struct rollout_settings {
    std::optional<milliseconds> min_ready; // absent: 2 s without a readiness probe, 0 with one
    milliseconds progress_deadline{60'000};
    bool operator==(rollout_settings const&) const = default;
};

enum class share_mode { proxy, listen_fds };

// Settings of one type, with [defaults] and the table of defaults already merged in. What is
// optional here depends on the verb (`up` or `serve`), on the options or on the machine, and is
// decided later.
struct type_settings {
    std::optional<int> count;
    int stop_signal = 15;                     // signal number
    std::optional<milliseconds> stop_timeout; // absent: -t, else 30 s
    std::optional<restart_policy> restart;
    backoff_settings backoff;
    int max_restarts = 0; // 0: never give up
    std::vector<std::string> after;
    std::optional<double> cpu; // request, in cores
    limit_settings limits;
    std::optional<autoscale_settings> autoscale;
    std::optional<probe_settings> readiness, liveness, startup;
    std::optional<bool> tty;
    std::vector<std::string> watch; // as written; they parse (watch_patterns)
    std::map<std::string, std::string> env;
    std::optional<std::string> cwd; // as written; relative to the root
    std::optional<std::string> user;
    std::optional<unsigned> umask;
    rollout_settings rollout;
    std::optional<std::string> listen;
    share_mode share = share_mode::proxy;
    bool operator==(type_settings const&) const = default;
};

struct log_settings {
    std::optional<std::string> directory;
    std::uint64_t max_size = 10ull << 20;
    int keep = 5;
    std::uint64_t total = 1ull << 30;
    bool operator==(log_settings const&) const = default;
};

struct autoscaler_settings {
    milliseconds interval{15'000}, window{15'000};
    double tolerance = 0.1;
    milliseconds scale_up_delay{180'000}, scale_down_delay{300'000};
    bool operator==(autoscaler_settings const&) const = default;
};

struct position {
    unsigned line = 0;
    unsigned column = 0;
    bool operator==(position const&) const = default;
};

struct config {
    std::optional<std::string> name;
    std::optional<int> port;
    std::optional<std::vector<std::string>> env_files;
    bool env_files_win = true;
    type_settings defaults;
    std::map<std::string, type_settings> types; // [types.X], [defaults] merged in
    // Where the keys stand that the file has, by their whole name ("types.web.after").
    std::map<std::string, position> places;
    log_settings logs;
    autoscaler_settings autoscale;
    std::optional<std::string> control_group;
    std::optional<std::string> metrics_listen;
    std::vector<std::string> on_event;

    // The settings of a type: its own table's, else [defaults].
    type_settings const& of(std::string const& type) const;
};

struct parsed_config {
    config value;
    std::vector<diagnostic> diagnostics; // errors; and a note for each key that is read but has no
                                         // effect in this version
};

// Reads procd.toml. Unknown keys, wrong types and values out of range are errors with line and
// column and, where one is close, the nearest valid key. No file at all is parse_config("", ...).
parsed_config parse_config(std::string_view text, std::string const& file);

// One probe, as procd.toml has it in a table, by itself; the diagnostics' places are the table's.
struct toml_value;
struct parsed_probe {
    std::optional<probe_settings> value;
    std::vector<diagnostic> diagnostics;
};
parsed_probe parse_probe(toml_value const& table, probe_kind kind);

// Whether `name` may name an app: [A-Za-z0-9][A-Za-z0-9_.-]{0,62}.
bool valid_app_name(std::string_view name);

// "250ms", "30s", "3m", "1h", also "1.5s"; a bare number is not a duration. Nothing for anything
// else: negatives, a part of a millisecond, more than a million hours (so that a sum with any clock
// stays a time).
std::optional<milliseconds> parse_duration(std::string_view text);
// "512", "64K", "10M", "2G" (powers of 1024; "10Mi" is the same). Nothing for anything else and
// overflow.
std::optional<std::uint64_t> parse_size(std::string_view text);
// "TERM", "SIGTERM", "term", "RTMIN+1", "15" to the signal's number, and back to "SIGTERM". A fixed
// table: core has no <signal.h> names to ask. The C library's own 32 and 33 are no signals here.
std::optional<int> parse_signal(std::string_view text);
std::string signal_name(int number);

} // namespace procfile
