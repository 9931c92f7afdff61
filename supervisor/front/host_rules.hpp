// The rules on the Host field and on the target of a request, which together name what is asked
// for.
#pragma once

#include "supervisor/front/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace procd::front {

// Tells whether this is a host with an optional port: letters, digits and -._~ without two dots in
// a row, or an IPv6 address in brackets. Stricter than RFC 3986, whose other characters no name of
// a host has and apps read in different ways.
bool is_host(std::string_view text);

// The target in the form in which an app gets it: "/path?query", or "*" for OPTIONS. An absolute
// URI has to name the same host as the Host field. CONNECT is refused before.
judged<std::string> plain_target(std::string_view method, std::string_view target,
                                 std::string_view host);

} // namespace procd::front
