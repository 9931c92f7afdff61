// The head of a response: where its body ends, and the form in which it goes on to the client.
#pragma once

#include "supervisor/front/head_rules.hpp"
#include "supervisor/front/refusal.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace procd::front {

struct response_head {
    int status = 200;
    int version = 11;       // 10 or 11
    bool keep_alive = true; // whether the app keeps the connection open behind the body
    framing body;
    bool interim = false; // 1xx but for 101: another head follows
    bool switches =
        false; // 101: what follows is another protocol. Only an upgrade may be answered so

    bool operator==(response_head const&) const = default;
};

// Reads a whole head. All refusals are 502. The method of the request tells whether a body follows.
judged<response_head> read_response(std::string_view head, std::string_view request_method);

// The same as `hopeless`, with 502 as the status.
std::optional<refusal> hopeless_response(std::string_view incomplete, std::size_t searched = 0);

// The form in which the client gets a response.
struct delivery {
    int client_version = 11;     // 10 or 11
    bool keep_alive = true;      // whether the client's connection stays open behind the body
    bool strip_chunking = false; // the router takes the chunks apart: for HTTP/1.0
};

// Tells whether the client's connection can stay open behind this response.
bool can_keep_alive(response_head const& response, delivery const& to);

// Appends the head that goes to the client: always HTTP/1.1, without hop-by-hop fields and those
// that Connection names, with Via, and with the Connection field that tells what can_keep_alive
// says. All other fields go on as they were sent, in their order. `head` is one that read_response
// has accepted as `response`.
void write_response(std::string& out, response_head const& response, std::string_view head,
                    delivery const& to);

} // namespace procd::front
