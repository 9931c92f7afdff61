// Records in the order in which they came, within a limit. The oldest go first. The records are
// kept in blocks of whole lines as the framer found them, so that keeping a thousand lines takes
// one copy.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/core/log_line.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace core {

// The facts that all lines of a block share.
struct block_head {
    std::uint64_t seq = 0; // of the first line; the numbers of the others follow without a gap
    wall_time time{};
    std::uint32_t process = 0; // the number of the process in the history
    std::uint32_t lines = 0;
    std::uint32_t bytes = 0;
    // The block is one piece without a newline. Otherwise every line has its newline.
    bool partial = false;
    bool ours = false; // procd wrote the lines about the process
};

// The records of one process. `limit` is in bytes and counts allocated memory.
class record_ring {
public:
    explicit record_ring(std::size_t limit) : limit_(limit) {}

    // Keeps a run. Only seq, time, process and ours of `head` are used; the run gives the rest.
    // Returns how many old records were dropped for it.
    std::uint64_t append(block_head head, line_run const& run);
    // Drops the oldest records, as many as lie in one segment. Returns how many there were, which
    // is 0 for an empty ring.
    std::uint64_t drop_oldest();

    bool empty() const { return segments_.empty(); }
    // The allocated memory in bytes.
    std::size_t memory() const { return memory_; }
    // The sequence number of the oldest record; the highest number there is if the ring is empty.
    std::uint64_t oldest_seq() const;

    // A block where it lies in the ring.
    struct block {
        block_head head;
        std::string_view bytes; // valid until the ring changes
    };
    // The newest blocks that together hold at least `lines` records, or all blocks. Oldest first.
    std::vector<block> newest(std::size_t lines) const;
    // Removes the oldest block of a ring that is not empty. The result is valid until the ring
    // changes again.
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
    std::vector<segment> segments_; // oldest first; none of them is empty
    segment spent_;                 // keeps the block alive that take_oldest() removed last
};

// Appends the lines of a block as records. `process` is the name for the number in its head.
void append_records(std::vector<log_record>& out, record_ring::block const& b,
                    std::string const& process);

} // namespace core
