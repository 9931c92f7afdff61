// A child's bytes in JSON: as they are when they are UTF-8, else in base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core::api {

// Well-formed UTF-8: no overlong form, no surrogate, nothing past U+10FFFF.
bool is_utf8(std::string_view bytes);
// Each byte that is in no well-formed sequence becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view bytes);
std::string to_base64(std::string_view bytes);
// Nothing when the text is no base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

} // namespace core::api
