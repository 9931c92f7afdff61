// A child's bytes in JSON: UTF-8 stays as it is, and everything else becomes base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core::api {

// Tells whether the bytes are well-formed UTF-8: no overlong form, no surrogate, nothing past
// U+10FFFF.
bool is_utf8(std::string_view bytes);
// The bytes with U+FFFD in place of each byte that belongs to no well-formed sequence.
std::string replace_invalid_utf8(std::string_view bytes);
// The same for a string that goes into JSON: the bytes may come from a file or a path.
inline std::string valid_utf8(std::string const& bytes)
{
    return is_utf8(bytes) ? bytes : replace_invalid_utf8(bytes);
}
// Encodes bytes as base64 with padding.
std::string to_base64(std::string_view bytes);
// Decodes base64 with padding. Nothing when the text is not base64.
std::optional<std::string> from_base64(std::string_view text);

} // namespace core::api
