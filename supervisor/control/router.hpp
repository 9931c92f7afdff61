// A request to what is to be answered: routes, each a call on control_api. Decides; the session
// acts.
#pragma once

#include "supervisor/control/control_api.hpp"
#include "supervisor/control/http_reader.hpp"
#include "supervisor/output/hub.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace procd::control {

// Whole answers.
struct json_reply {
    int status = 200;
    boost::json::value body;
    std::string_view content_type = "application/json";
    std::string allow = {}; // of a 405
};
// A command that is under way, to be reported on until it is done (or once, when not `wait`).
struct goal_reply {
    control_api::goal goal;
    bool wait = true;
    std::optional<std::chrono::milliseconds> timeout;
    std::string timeout_message;
};
struct logs_reply {
    output::query query;
    bool follow = false;
};
struct events_reply {
    std::size_t lines = 0;
    bool follow = false;
};
// procd is stopping; done when the server itself is closed.
struct shutdown_reply {
    bool wait = true;
};
// The connection becomes the command's streams.
struct exec_reply {
    std::shared_ptr<process::exec_session> command;
};
using reply =
    std::variant<json_reply, goal_reply, logs_reply, events_reply, shutdown_reply, exec_reply>;

json_reply problem_reply(core::api::problem const& problem);

// What the routes are, for the test that holds them against openapi.json.
struct route_info {
    std::string_view method;  // "GET"
    std::string_view pattern; // "/v1/processes/{name}"
    std::vector<std::string_view> query;
};
std::vector<route_info> known_routes();

// Carries out a request as far as that takes no waiting. Never throws for anything a client sends.
reply route(control_api& api, output::hub const& hub, http_request const& request);

} // namespace procd::control
