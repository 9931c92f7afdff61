// The identifier of a request, X-Request-Id.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace procd::front {

// Tells whether a client's identifier is taken over: 20 to 200 letters, digits and `+/=-`.
bool acceptable(std::string_view id);

// A random UUID (version 4) made of these bytes: "6ba7b810-9dad-41d1-80b4-00c04fd430c8".
std::string uuid_of(std::array<unsigned char, 16> random);

} // namespace procd::front
