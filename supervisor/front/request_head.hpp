// The head of a request: what it asks for, where its body ends, and the form in which it goes on to
// the app.
#pragma once

#include "supervisor/front/head_rules.hpp"
#include "supervisor/front/refusal.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace procd::front {

struct request_head {
    std::string method;
    std::string target;     // "/path?query" or "*"; an absolute URI has lost its scheme and host
    std::string host;       // the Host field as sent, with its port
    int version = 11;       // 10 or 11
    bool keep_alive = true; // the client's wish, by version and Connection
    framing body;
    bool expects_continue = false; // false for HTTP/1.0, whose clients know no 100
    // The client asks for another protocol (Connection: upgrade), and the request has no body.
    // False for h2c, because HTTP/2 could carry requests past these rules.
    bool upgrades = false;
    std::string request_id;    // X-Request-Id as sent if it is acceptable, or else empty
    std::string forwarded_for; // the addresses of all X-Forwarded-For fields, as sent

    bool operator==(request_head const&) const = default;
};

// Reads a whole head, from its first line to its empty line. Refusals are 400, 405 (CONNECT) and
// 431 (size). The connection has to be closed after a refusal.
judged<request_head> read_request(std::string_view head);

// Tells whether a request with this method may be sent a second time: GET, HEAD, OPTIONS, TRACE,
// PUT and DELETE.
bool is_idempotent(std::string_view method);

// The facts that the router adds to a request.
struct forwarding {
    std::string client;     // the address of the peer; empty for a Unix socket
    bool trusted = false;   // whether the peer's X-Forwarded-* and Forwarded are believed
    int port = 0;           // the port that the client has connected to; 0: none
    std::string request_id; // goes out as X-Request-Id
    std::int64_t start_ms = 0;
};

// The addresses that the request came through: those that a trusted peer names, and then the peer.
std::string addresses_of(request_head const& request, forwarding const& with);

// Appends the head that goes to the app: always HTTP/1.1, without hop-by-hop fields and those that
// Connection names, and with X-Forwarded-For, -Proto, -Host and -Port, X-Request-Id,
// X-Request-Start and Via. All other fields go on as they were sent, in their order. An upgrade
// keeps its Upgrade field. Expect goes on if `expects_continue` is set, so that the app answers it.
// `head` is one that read_request has accepted as `request`.
void write_request(std::string& out, request_head const& request, std::string_view head,
                   forwarding const& with);

} // namespace procd::front
