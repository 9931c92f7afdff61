// Finds the end of a body in chunks, strictly by RFC 9112: sizes of hexadecimal digits only, line
// ends of CR LF only, and limits on extensions and trailers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace procd::front {

class chunk_scanner {
public:
    static constexpr std::size_t longest_extension = 4 << 10; // of one chunk
    static constexpr std::size_t longest_trailers = 16 << 10; // all of them together

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
        first_digit,
        digits,
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
    state next(unsigned char c);
    state digit(unsigned char c);
    state after_size(unsigned char c);
    state trailer(unsigned char c);

    state state_ = state::first_digit;
    std::uint64_t left_ = 0;    // of this chunk's data, while digits are read its size
    std::size_t extension_ = 0; // bytes of this chunk's extension
    std::size_t trailers_ = 0;  // bytes of all trailers
};

} // namespace procd::front
