// The router's own answers: a whole response for a status.
#pragma once

#include <string>
#include <string_view>

namespace procd::front {

struct error_facts {
    int status = 503;
    std::string why = {};       // one sentence for the client; empty: none
    std::string_view page = {}; // HTML in place of the router's own, for a 503
    bool closes = true;         // the connection
    bool without_body = false;  // the request was a HEAD
};

// A 503 has Retry-After.
std::string error_answer(error_facts const& facts);

} // namespace procd::front
