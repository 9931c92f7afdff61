// Records in the order they came, within a bound: the oldest go first. They are kept as blocks of
// whole lines as the framer found them, so that keeping a thousand lines is one copy.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/core/log_line.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace core {

// What the lines of one block have in common.
struct block_head {
    std::uint64_t seq = 0; // of its first line; the others follow without gap
    wall_time time{};
    std::uint32_t process = 0; // its number in the history
    std::uint32_t lines = 0;
    std::uint32_t bytes = 0;
    bool partial = false; // one piece, without a newline; otherwise every line has its newline
    bool ours = false;    // procd's own words, not the process's
};

class record_ring {
public:
    explicit record_ring(std::size_t limit) : limit_(limit) {}

    // Keeps a run; `head` says all but lines, bytes and partial, which the run does. Returns how
    // many records had to go for it.
    std::uint64_t append(block_head head, line_run const& run);
    // Drops the oldest few; returns how many records that were (none: it is empty).
    std::uint64_t drop_oldest();

    bool empty() const { return segments_.empty(); }
    std::size_t memory() const { return memory_; } // what it has allocated
    std::uint64_t oldest_seq() const;              // of an empty one: the highest number there is

    struct block {
        block_head head;
        std::string_view bytes; // valid until the ring changes
    };
    // The newest blocks that hold `lines` records together, or all; oldest first.
    std::vector<block> newest(std::size_t lines) const;
    // Takes the oldest block out: what it was is valid until the ring changes again.
    block take_oldest();

private:
    struct segment {
        std::unique_ptr<char[]> data;
        std::size_t capacity = 0, start = 0, end = 0;
        std::uint64_t lines = 0;
    };
    segment& room_for(std::size_t bytes, std::uint64_t& dropped);
    static block block_at(segment const& s, std::size_t at);

    std::size_t limit_;
    std::size_t memory_ = 0;
    std::vector<segment> segments_; // oldest first; none is empty
    segment spent_;                 // what the last block taken lies in, when it was the last there
};

// The lines of a block as records; `process` is the name that head.process stands for.
void append_records(std::vector<log_record>& out, record_ring::block const& b,
                    std::string const& process);

} // namespace core
