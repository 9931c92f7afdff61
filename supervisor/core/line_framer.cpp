// How a chunk is cut, in next():
//
// 1. The bytes handed out with the last run are removed from kept_.
// 2. If kept_ holds the beginning of a line, finish_kept() completes that line from the chunk. If
//    the line becomes too long, it hands out a piece.
// 3. Otherwise the lines are handed out where they lie in the chunk, without a copy. All whole
//    lines within the next 64 KiB make one run.
// 4. If there is no newline in that many bytes, they are handed out as a piece.
// 5. If there are fewer bytes, they are kept for the next chunk.
//
// Only steps 2 and 5 copy bytes.
#include "supervisor/core/line_framer.hpp"

#include <algorithm>
#include <cstring>

namespace core {

namespace {

// The capacity that a framer keeps while there is no unfinished line. There is one framer for each
// process.
constexpr std::size_t small = 512;

std::size_t find_newline(std::string_view bytes)
{
    void const* const at = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
    return at ? static_cast<std::size_t>(static_cast<char const*>(at) - bytes.data())
              : std::string_view::npos;
}

// Puts the offset behind each newline into `ends`.
void find_line_ends(std::string_view bytes, line_ends& ends)
{
    ends.clear();
    std::size_t start = 0;
    for (;;) {
        auto const newline = find_newline(bytes.substr(start));
        if (newline == std::string_view::npos)
            return;
        start += newline + 1;
        ends.push_back(static_cast<std::uint32_t>(start));
    }
}

// Tells whether the byte is in the middle of a UTF-8 character.
bool continues_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u;
}

} // namespace

std::size_t cut_length(std::string_view bytes, std::size_t limit)
{
    if (bytes.size() <= limit)
        return bytes.size();
    for (std::size_t back = 0; back < 4 && back < limit; ++back)
        if (!continues_character(bytes[limit - back]))
            return limit - back;
    return limit; // the bytes are not UTF-8
}

std::size_t unfinished_character(std::string_view bytes)
{
    for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
        char const byte = bytes[bytes.size() - back];
        if (continues_character(byte))
            continue;
        auto const lead = static_cast<unsigned char>(byte);
        std::size_t const length = lead >= 0xf0 && lead < 0xf5   ? 4
                                   : lead >= 0xe0 && lead < 0xf0 ? 3
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                                                 : 1;
        return back < length ? back : 0;
    }
    return 0;
}

// Removes the bytes that the last run handed out. Gives memory back if the line was long.
void line_framer::forget_spent()
{
    if (spent_ == kept_.size()) {
        kept_.clear();
        if (kept_.capacity() > small)
            std::string().swap(kept_);
    } else {
        kept_.erase(0, spent_);
    }
    spent_ = 0;
}

line_run line_framer::piece(std::string_view bytes, line_ends& ends) const
{
    ends.assign(1, static_cast<std::uint32_t>(bytes.size()));
    return {bytes, ends, true};
}

std::optional<line_run> line_framer::finish_kept(std::string_view& chunk, line_ends& ends)
{
    auto const room = max_line - kept_.size(); // for the rest of the line, without its newline
    auto const newline = find_newline(chunk.substr(0, room + 1));
    if (newline != std::string_view::npos) {
        kept_.append(chunk.substr(0, newline + 1));
        chunk.remove_prefix(newline + 1);
        spent_ = kept_.size();
        ends.assign(1, static_cast<std::uint32_t>(spent_));
        return line_run{kept_, ends, false};
    }
    auto const more = std::min(room, chunk.size());
    kept_.append(chunk.substr(0, more));
    chunk.remove_prefix(more);
    if (chunk.empty())
        return std::nullopt;

    // kept_ is full and the line goes on. The first byte past the limit shows whether the limit
    // splits a character.
    kept_.push_back(chunk.front());
    spent_ = cut_length(kept_, max_line);
    kept_.pop_back();
    return piece(std::string_view(kept_).substr(0, spent_), ends);
}

std::optional<line_run> line_framer::next(std::string_view& chunk, line_ends& ends)
{
    forget_spent();
    if (chunk.empty())
        return std::nullopt;
    if (!kept_.empty())
        return finish_kept(chunk, ends);

    // A slice that is no longer than one line and its newline has no line that is too long.
    auto const slice = chunk.substr(0, max_line + 1);
    find_line_ends(slice, ends);
    if (!ends.empty()) {
        auto const whole = slice.substr(0, ends.back());
        chunk.remove_prefix(whole.size());
        return line_run{whole, ends, false};
    }
    if (slice.size() > max_line) {
        auto const cut = slice.substr(0, cut_length(slice, max_line));
        chunk.remove_prefix(cut.size());
        return piece(cut, ends);
    }
    kept_.assign(slice);
    chunk = {};
    return std::nullopt;
}

std::optional<line_run> line_framer::rest(line_ends& ends, after_this then)
{
    forget_spent();
    auto const back = then == after_this::ended ? 0 : unfinished_character(kept_);
    spent_ = kept_.size() - back;
    if (spent_ == 0)
        return std::nullopt;
    return piece(std::string_view(kept_).substr(0, spent_), ends);
}

} // namespace core
