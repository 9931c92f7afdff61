// The rules that the raw bytes of a head have to keep, in a request and in a response. Everything
// that two readers of HTTP could understand in different ways is refused here, so that procd and
// the app behind it always agree where a message ends.
#pragma once

#include "supervisor/front/refusal.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace procd::front {

inline constexpr std::size_t longest_request_line = 16 << 10; // without its line end
inline constexpr std::size_t longest_head = 64 << 10;         // with its empty line

// The length of the head at the beginning of `bytes`, its empty line included. 0: the head is not
// whole yet. `searched` is the number of bytes that an earlier call has seen in vain.
std::size_t head_length(std::string_view bytes, std::size_t searched = 0);

// The reason why a head that is not whole yet can never become right: it is too long (431), or has
// a control character, a line end that is not CR LF, or a folded line (400). `searched` is the
// number of bytes that an earlier call has found right.
std::optional<refusal> hopeless(std::string_view incomplete, std::size_t searched = 0);

// The length of one empty line before a request, which some clients send behind a body: 0 or 2.
std::size_t leading_empty_line(std::string_view bytes);

// The end of a body, as its head announces it. A request never has `until_close`.
struct framing {
    enum class kind { none, length, chunked, until_close };
    kind by = kind::none;
    std::uint64_t length = 0; // of kind `length`; may be 0

    bool operator==(framing const&) const = default;
};

// The breach of the rules on line ends, control characters, folding, size and field names in a
// whole head, or nothing. After that head_fields can walk through the lines.
std::optional<refusal> broken_head(std::string_view head);

} // namespace procd::front
