// The messages between procd and its router: JSON objects, one a datagram of a SOCK_SEQPACKET pair.
// The descriptors of the listening sockets travel beside them. procd sends the whole picture each
// time something in it has changed, so a lost wish cannot exist: the last picture counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace procd::front {

// The bytes that one message may have at most. A larger one is refused by both sides.
inline constexpr std::size_t longest_message = 1 << 20;
// The longest time that a message may name: a million hours, as in the settings.
inline constexpr std::int64_t longest_time_ms = 1'000'000LL * 3'600'000;

// Down, from procd to the router.

// A listening socket, which comes as a descriptor with the message that names it first.
struct listener {
    int id = 0;
    int port = 0;             // 0 for a Unix socket
    bool unix_socket = false; // its peers are trusted
    bool operator==(listener const&) const = default;
};

// A type with a front port.
struct fronted_type {
    std::string name;
    bool http = true; // false: bytes both ways
    std::vector<int> listeners;
    std::vector<std::string> hosts; // whose requests are its own
    bool gets_the_rest = true;      // requests for hosts that are nobody's
    int concurrency = 0;            // requests at a time per process; 0: no limit
    int queue = 100;                // how many requests may wait
    std::int64_t queue_timeout_ms = 30'000;
    std::int64_t hold_ms = 5'000;
    bool wanted = true;        // false: scaled to 0, or stopped by hand
    bool over = false;         // its processes have ended, and none starts again by itself
    bool paused = false;       // requests are held
    bool maintenance = false;  // requests get the maintenance page
    std::string loopback_page; // HTML for a 503 to a client of this machine; empty: as for others
    bool operator==(fronted_type const&) const = default;
};

// A process that may get requests.
struct target {
    int id = 0;       // of this incarnation, never used again
    std::string name; // "web.1"
    std::string type;
    int port = 0; // on 127.0.0.1 or, refused, ::1
    bool in_rotation = false;
    bool operator==(target const&) const = default;
};

struct settings {
    std::vector<std::string> trusted; // networks whose X-Forwarded fields are believed
    bool access_log = true;
    std::int64_t access_lines_per_second = 0; // 0: no limit
    std::int64_t header_timeout_ms = 10'000;
    std::int64_t idle_timeout_ms = 60'000;
    std::int64_t response_timeout_ms = 30'000;
    std::uint64_t max_body = 0;   // 0: no limit
    std::string unavailable_page; // HTML for a 503; empty: the router's own
    bool operator==(settings const&) const = default;
};

struct picture {
    std::uint64_t number = 0; // of this picture; grows
    settings with;
    std::vector<listener> listeners; // those that are not here are closed
    std::vector<fronted_type> types;
    std::vector<target> targets; // those that are not here are gone
    bool operator==(picture const&) const = default;
};

// A question for the figures of all types.
struct ask_figures {
    std::uint64_t number = 0;
    bool operator==(ask_figures const&) const = default;
};

using order = std::variant<picture, ask_figures>;

// Up, from the router to procd.

// The processes out of rotation that no request is in flight to, as of this picture. It also says
// that the router has done what the picture asks for, and has closed the listeners that are not in
// it. For the latter it comes without processes, too.
struct idle_targets {
    std::uint64_t picture = 0;
    std::vector<int> ids;
    bool operator==(idle_targets const&) const = default;
};

// The figures of a type. The sums grow for as long as the router lives and has the type, so each
// reader takes the differences between two answers for itself.
struct type_figures {
    std::string type;
    int in_flight = 0, queued = 0; // now
    std::uint64_t requests = 0, failed = 0;
    double load_ms = 0;             // requests in flight and queued, integrated over the time
    double time_ms = 0;             // over which it is integrated
    double requests_per_second = 0; // in the last 10 s
    double p50_ms = 0, p95_ms = 0;  // of the last 1,024 requests
    bool operator==(type_figures const&) const = default;
};
struct figures {
    std::uint64_t number = 0; // of the question
    std::vector<type_figures> types;
    bool operator==(figures const&) const = default;
};

using report = std::variant<idle_targets, figures>;

// The texts of messages, and their values. Reading gives nothing for anything that the other side
// would not write.
std::string text_of(order const& o);
std::string text_of(report const& r);
std::optional<order> read_order(std::string_view text);
std::optional<report> read_report(std::string_view text);

} // namespace procd::front
