// Problems (RFC 9457) that the control server itself finds.
#pragma once

#include "supervisor/core/api.hpp"

#include <string>

namespace procd::control {

// A problem whose title is the reason that HTTP gives for this status.
core::api::problem make_problem(int status, std::string detail);

inline core::api::problem bad_request(std::string detail)
{
    return make_problem(400, std::move(detail));
}

} // namespace procd::control
