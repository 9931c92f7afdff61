// Finds the end of a body in chunks, strictly by RFC 9112: sizes of hexadecimal digits only, line
// ends of CR LF only, and limits on extensions and trailers.
#pragma once

#include "supervisor/front/chunk_extension.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace procd::front {

class chunk_scanner {
public:
    static constexpr std::size_t longest_extension = 4 << 10; // of one chunk
    static constexpr std::size_t longest_trailers = 16 << 10; // all lines together

    struct step {
        std::size_t used = 0; // bytes that belong to the body, up to its end or its first fault
        bool done = false;    // the body has ended
        bool bad = false;     // the rest cannot be understood; so it stays

        bool operator==(step const&) const = default;
    };

    // Looks at the next bytes of the body. After its end nothing is used any more.
    step feed(std::string_view bytes);
    // The same, and appends what the chunks hold to `payload`. Extensions and trailers are dropped.
    step decode(std::string_view bytes, std::string& payload);

private:
    enum class state {
        size_begin,
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_begin,
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
        done,
        bad
    };

    step run(std::string_view bytes, std::string* payload);
    state next(char c);
    state in_size(char c);
    state in_extension(char c);
    state in_trailer(char c);

    state state_ = state::size_begin;
    std::uint64_t left_ = 0;    // of this chunk's data; the size itself while it is read
    std::size_t size_line_ = 0; // bytes of this chunk's size, then of its extension
    chunk_extension extension_;
    std::size_t trailers_ = 0; // bytes of all trailers
};

} // namespace procd::front
