// The extensions behind the size of a chunk: `;name`, `;name=value` or `;name="quoted value"`.
#pragma once

namespace procd::front {

// Reads what follows the first semicolon, byte by byte. Blanks are refused outside of quotes, even
// though RFC 9112 has readers bear with them: nobody sends them but to confuse two readers.
class chunk_extension {
public:
    // False: the character must not stand here.
    bool take(char c);
    // Tells whether the line may end here.
    bool whole() const;

private:
    enum class state { name_begin, name, value_begin, value, quoted, quoted_pair, quoted_end, bad };

    state next(char c) const;

    state state_ = state::name_begin;
};

} // namespace procd::front
