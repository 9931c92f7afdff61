// Problems (RFC 9457) the control server finds itself.
#pragma once

#include "supervisor/core/api.hpp"

#include <string>

namespace procd::control {

// A problem with the title HTTP has for its status.
core::api::problem make_problem(int status, std::string detail);

inline core::api::problem bad_request(std::string detail)
{
    return make_problem(400, std::move(detail));
}

} // namespace procd::control
