// The settings of the front port: what each type says about it, and the table [front], which is for
// the router of the whole app.
#pragma once

#include "procfile/listen_address.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace procfile {

enum class front_protocol { http, tcp };
// Who accepts the connections: the router of procd, or every process itself.
enum class share_mode { proxy, listen_fds };

// The front port of one type.
struct front_settings {
    std::vector<listen_address> listen; // empty: the type has no front port
    front_protocol protocol = front_protocol::http;
    share_mode share = share_mode::proxy;
    int concurrency = 0; // requests at a time for each process; 0 means no limit
    int queue = 100;     // requests that may wait for a process
    std::chrono::milliseconds queue_timeout{30'000};
    // How long requests wait while no process is ready, and how long a process that is to stop may
    // finish its requests. Absent: by the verb.
    std::optional<std::chrono::milliseconds> hold, drain;
    std::vector<std::string> hosts; // in lower case; empty: all that no other type has
    bool operator==(front_settings const&) const = default;

    // Tells whether the router stands before the processes of the type.
    bool routed() const { return !listen.empty() && share == share_mode::proxy; }
    // Tells whether each process gets the listening sockets themselves.
    bool passed_on() const { return !listen.empty() && share == share_mode::listen_fds; }
};

// The table [front].
struct router_settings {
    // The user that the router runs as. Absent: nobody if procd is root, else procd's own.
    std::optional<std::string> user;
    // Whose X-Forwarded headers are believed. The peers of a Unix socket always are.
    std::vector<ip_network> trusted{*parse_network("127.0.0.0/8"), *parse_network("::1")};
    bool access_log = true;
    unsigned socket_mode = 0660; // of listening Unix sockets
    std::string socket_group;    // empty: procd's own
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds idle_timeout{60'000};     // of a kept connection
    std::chrono::milliseconds response_timeout{30'000}; // to the first byte of the response
    std::uint64_t max_body = 0;                         // bytes; 0 means no limit
    std::optional<std::string> error_page; // a file, as written; relative to the app's root
    bool operator==(router_settings const&) const = default;
};

} // namespace procfile
