// The line about a request in the log of the router, in the form of Heroku's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace procd::front {

// Heroku's error codes, as far as one fits. The number is the one that Heroku uses.
enum class fault_code {
    crashed = 10,            // nothing is ready, and the processes have crashed
    backlog = 11,            // the queue is full, or the request has waited too long in it
    timeout = 12,            // no response in time
    no_response = 13,        // the app closed the connection without a response
    none_running = 14,       // scaled to 0, or stopped by hand
    idle = 15,               // the response stood still for too long
    bad_response = 17,       // the app's response breaks the rules of HTTP
    app_interrupted = 18,    // the app closed the connection within the request or its response
    connect_timeout = 19,    // no process could be connected to in time
    not_ready = 20,          // no process became ready in time
    connect_refused = 21,    // every process refused the connection
    client_interrupted = 27, // the client closed the connection before the response was whole
    client_idle = 28,        // the client's request stood still for too long
    maintenance = 80,
};

// "H12"
std::string code_text(fault_code code);
// "Request timeout"
std::string_view description(fault_code code);

struct access {
    std::optional<fault_code> code = {}; // absent: no error, or one that Heroku has no code for
    std::string desc = {}; // of an error without a code, or in the place of the code's own words
    std::string method = {}, path = {}, host = {};
    std::string request_id = {};
    std::string fwd = {};     // the addresses that the request came through
    std::string process = {}; // "web.1"; empty: none has been chosen
    std::optional<std::int64_t> connect_ms = {}, queue_ms = {},
                                service_ms = {}; // absent: not begun
    // 0: the client got no answer. If that is because it left, the line says 499, as Heroku's does.
    int status = 0;
    std::uint64_t bytes = 0; // that the client got
    std::string protocol = "http";
};

// at=info method=GET path="/" host=shop.localhost request_id=… fwd="127.0.0.1" process=web.2
// connect=0ms queue=0ms service=12ms status=200 bytes=4711 protocol=http
// One line without a line end. An error begins with at=error code=H12 desc="Request timeout".
// Quotes, backslashes, control and bidirectional characters and bytes that are not UTF-8 are
// escaped, so that no client can forge a line or confuse a terminal.
std::string text_of(access const& request);

} // namespace procd::front
