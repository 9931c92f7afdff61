// The pages of the router itself, for a request that the app does not answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace procd::front {

// "Service Unavailable": the words of the status line.
std::string_view reason_phrase(int status);

// The reasons why a type cannot answer, for the developer who sees the page.
struct absence {
    std::string type;                    // "web"; empty: nothing of this is shown
    std::string state = {};              // "crashed"
    std::string exit = {};               // "exited with status 1"; empty: nothing has ended
    std::string next_attempt = {};       // "in 4 s"; empty: none
    std::vector<std::string> lines = {}; // its output, oldest first; the last ones are shown
};

struct page_facts {
    std::string why = {}; // one sentence for the client; empty: none
    absence absent = {};  // for `up` and clients on loopback only
};

// A small page in HTML that needs nothing else: no script, no other file. With an absence it shows
// the last lines of output and loads itself again each second. All texts are escaped, so output
// that holds HTML or control characters does no harm.
std::string error_page(int status, page_facts const& facts);

} // namespace procd::front
