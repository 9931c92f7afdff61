// Decides how a request is answered: each route makes a call on control_api and returns a reply,
// which the session then sends.
#pragma once

#include "supervisor/control/control_api.hpp"
#include "supervisor/control/http_reader.hpp"
#include "supervisor/output/hub.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace procd::control {

// An answer that is complete.
struct json_reply {
    int status = 200;
    boost::json::value body;
    std::string_view content_type = "application/json";
    std::string allow = {}; // the methods that a 405 lists
};
// An answer for which procd asks somebody else. It is sent as soon as it is complete, and after
// `patience` as it is then.
struct awaited_reply {
    std::function<bool()> complete;
    std::chrono::milliseconds patience;
    std::function<json_reply()> make;
};
// A command that is under way. Its progress is sent until it is done, or once when `wait` is false.
struct goal_reply {
    control_api::goal goal;
    bool wait = true;
    std::optional<std::chrono::milliseconds> timeout;
    std::string timeout_message;
};
// Records of the history, and with `follow` also every later record.
struct logs_reply {
    output::query query;
    bool follow = false;
    bool files = false; // tell where the log files have what was before
};
// The last `lines` events, and with `follow` also every later event.
struct events_reply {
    std::size_t lines = 0;
    bool follow = false;
};
// procd stops. The answer ends when the server itself is closed.
struct shutdown_reply {
    bool wait = true;
};
// The connection switches to the frames of a command's streams.
struct exec_reply {
    std::shared_ptr<process::exec_session> command;
};
using reply = std::variant<json_reply, awaited_reply, goal_reply, logs_reply, events_reply,
                           shutdown_reply, exec_reply>;

// The answer that tells a client of a problem.
json_reply problem_reply(core::api::problem const& problem);

// A route as the test sees it that compares the routes with openapi.json.
struct route_info {
    std::string_view method;  // "GET"
    std::string_view pattern; // "/v1/processes/{name}"
    std::vector<std::string_view> query;
};
std::vector<route_info> known_routes();

// The share of the limited connections that an answer takes. A short answer takes nothing that
// others wait for. A wait for a command, and even more a stream of logs, events or a command's
// frames, may occupy its connection for ever.
enum class occupation { none, wait, stream };

// The kinds of answers that there is room for. A request for any other answer is refused with 503
// before it has changed anything.
struct room_left {
    bool for_streams = true, for_waits = true;
};

// The room on a server with so many connections of which so many are occupied. One connection in
// 16 is never given to streams, and half of those not even to waits, so that `ps`, `status` and
// `shutdown` always get through.
room_left room_beside(std::size_t connections, std::size_t streams, std::size_t waits);

struct routed {
    reply answer;
    occupation takes = occupation::none;
};

// Carries out a request as far as possible without waiting. No input of a client makes it throw.
routed route(control_api& api, output::hub const& hub, http_request const& request,
             room_left room = {});

} // namespace procd::control
