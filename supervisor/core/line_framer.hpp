// Cuts bytes into lines, in whatever portions they are read. A line may be 64 KiB long, and a
// longer one comes in pieces. No byte is changed: a CR before the newline, NUL bytes and invalid
// UTF-8 stay as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// A run is either one or more whole lines that lie one after the other, or one piece of a line.
struct line_run {
    std::string_view bytes; // every whole line ends with its newline, and a piece has none
    // The offset of each line's end, behind its newline. For a piece, its size.
    std::span<std::uint32_t const> ends;
    bool partial = false; // the run is a piece, whose line goes on in the next run
};

// Storage for `ends`, shared by all framers of a thread. Each call of a framer overwrites it.
using line_ends = std::vector<std::uint32_t>;

// Cuts the output of one process.
class line_framer {
public:
    static constexpr std::size_t max_line = std::size_t{64} * 1024; // without the newline

    // Takes the next run off the front of `chunk`. Gives nothing when the chunk is used up; the
    // bytes after its last newline are then kept for the next chunk. A run is valid until the next
    // call, and no longer than the chunk.
    //
    //     while (auto run = framer.next(chunk, ends))
    //         show(*run);
    std::optional<line_run> next(std::string_view& chunk, line_ends& ends);

    // The unfinished line as a piece, for when it has been quiet for too long or the output has
    // ended. Nothing when there is none. Bytes that come later form the next piece of the same
    // line. While more may come, the beginning of a UTF-8 character at its end is kept back.
    enum class after_this { more_may_come, ended };
    std::optional<line_run> rest(line_ends& ends, after_this then = after_this::ended);

    // Tells whether there is an unfinished line.
    bool waiting() const { return kept_.size() > spent_; }

private:
    std::optional<line_run> finish_kept(std::string_view& chunk, line_ends& ends);
    line_run piece(std::string_view bytes, line_ends& ends) const;
    void forget_spent();

    std::string kept_;      // the beginning of the unfinished line
    std::size_t spent_ = 0; // how many of these bytes the last run handed out
};

// Where to cut `bytes` so that at most `limit` of them come first: at `limit`, or up to three bytes
// earlier if `limit` would split a UTF-8 character.
std::size_t cut_length(std::string_view bytes, std::size_t limit);

// How many bytes at the end are the beginning of a UTF-8 character whose rest is missing: 0 to 3.
std::size_t unfinished_character(std::string_view bytes);

} // namespace core
