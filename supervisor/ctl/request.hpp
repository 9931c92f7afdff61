// One request to procd.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ctl {

struct request {
    std::string_view method = "GET";
    std::string target; // "/v1/processes?type=web"
    std::optional<std::string> body = {};
    // The protocol to which the connection is to switch; empty for an ordinary request.
    std::string_view upgrade = {};
};

// The request as HTTP/1.1 text, made by Beast.
std::string http_text(request const& r);

} // namespace ctl
