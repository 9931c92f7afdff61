// Cuts what a program writes to a terminal into text, control characters and escape sequences
// (ECMA-48, as xterm reads them), in whatever portions the bytes come. A lone byte C2, which is no
// character, is left out: with a byte that comes after a sequence it could become a control.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

class escape_parser {
public:
    struct token {
        enum class kind {
            text,    // bytes that are shown; other than ASCII they may be cut anywhere
            control, // one character below space, or DEL
            csi,     // a control sequence: ESC [, then `bytes`, then `final`
            other    // any other sequence, or one that is too long to be kept
        } is = kind::text;
        std::string_view bytes; // valid until the next call, and no longer than the chunk
        char final = '\0';
    };

    // Takes the next token off the front of `chunk`. Gives nothing when the chunk is used up; a
    // sequence that is not complete then goes on in the next chunk.
    std::optional<token> next(std::string_view& chunk);
    // Forgets a sequence that is not complete. A newline does so by itself.
    void reset();
    // Tells whether the bytes so far end with a whole token.
    bool at_rest() const { return at_ == state::ground; }

private:
    enum class state {
        ground,
        c2,     // the first byte of U+0080 to U+00BF: the first 32 are controls, as ESC @ to _
        escape, // after ESC
        intermediate, // ESC with a byte such as '(': the final byte follows
        csi,
        string,       // OSC, DCS and their like, up to BEL or ST
        string_escape // a string in which ESC was seen
    };
    static constexpr std::size_t longest = 128; // bytes of a control sequence

    token text_of(std::string_view& chunk) const;
    std::optional<token> step(char c);
    std::optional<token> after_escape(char c);
    std::optional<token> in_csi(char c);

    state at_ = state::ground;
    std::string kept_; // of a control sequence, or the bytes of U+00A0 to U+00BF
    bool too_long_ = false;
};

// Tells whether the bytes have anything but text, tabs and newlines.
bool has_control(std::string_view bytes);

} // namespace core
