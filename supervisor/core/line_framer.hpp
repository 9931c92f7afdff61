// Bytes as they are read, to lines. A line may be 64 KiB long; a longer one comes in pieces. No
// byte is changed: a CR before the newline, NUL and invalid UTF-8 stay as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// Either whole lines that lie one after the other, or one piece of a line.
struct line_run {
    std::string_view bytes; // every whole line ends with its newline; a piece has none
    std::span<std::uint32_t const>
        ends;             // where each line ends, past its newline; of a piece: its size
    bool partial = false; // a piece: no newline follows it here
};

// Room for `ends`, shared by all framers of a thread: it is valid until it is used again.
using line_ends = std::vector<std::uint32_t>;

class line_framer {
public:
    static constexpr std::size_t max_line = std::size_t{64} * 1024; // without the newline

    // Takes the next run off the front of `chunk`; nothing when the chunk is used up. What stands
    // after its last newline is kept for the next chunk. A run is valid until the next call, and
    // as long as the chunk is.
    //
    //     while (auto run = framer.next(chunk, ends))
    //         show(*run);
    std::optional<line_run> next(std::string_view& chunk, line_ends& ends);

    // The unfinished line as a piece: it has been quiet for too long, or the output has ended.
    // Nothing when there is none. What comes after it is the next piece of the same line.
    std::optional<line_run> rest(line_ends& ends);

    // Whether an unfinished line waits to be shown.
    bool waiting() const { return kept_.size() > spent_; }

private:
    std::optional<line_run> finish_kept(std::string_view& chunk, line_ends& ends);
    line_run piece(std::string_view bytes, line_ends& ends) const;
    void forget_spent();

    std::string kept_;      // the start of a line that has not ended yet
    std::size_t spent_ = 0; // of it, handed out with the last run
};

// How many bytes of `bytes` to cut at `limit`: less than `limit` where that would split a UTF-8
// character.
std::size_t cut_length(std::string_view bytes, std::size_t limit);

} // namespace core
