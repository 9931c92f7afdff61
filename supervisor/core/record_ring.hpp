// Records in the order in which they came, within a limit. The oldest go first. The records are
// kept in blocks of whole lines as the framer found them, so that keeping a thousand lines takes
// one copy.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/core/log_line.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
    // Where the process's log files have the block, as positions in everything that they ever had.
    // The ring keeps the end of each block.
    std::uint64_t log_begin = 0, log_end = 0;
    bool logged = false; // the log files have all of it
};

// The records of one process. `limit` is in bytes and counts allocated memory.
class record_ring {
public:
    explicit record_ring(std::size_t limit) : limit_(limit) {}

    // Keeps a run. The lines, bytes and partial of `head` are not used; the run gives them. Returns
    // how many old records were dropped for it.
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

    // Where a block lies; valid until the ring changes.
    struct place {
        std::size_t segment = 0, at = 0;
    };
    // The first block that has a record with a higher number than `seq`.
    std::optional<place> after(std::uint64_t seq) const;
    std::optional<place> next(place p) const;
    block at(place p) const { return block_at(segments_[p.segment], p.at); }

    // The ring has dropped everything up to this place in the log files and among the records.
    // `ends` counts the ends of lines, so a piece whose line goes on does not count.
    struct extent {
        std::uint64_t seq = 0, log = 0, ends = 0;
    };
    extent const& dropped() const { return dropped_; }
    // Where the log files have the first record that the ring ever had.
    std::uint64_t origin() const { return origin_; }
    // How many records the ring has.
    std::uint64_t lines() const;
    // The highest number that the ring has had.
    std::uint64_t last_seq() const { return last_seq_; }

private:
    struct segment {
        std::unique_ptr<char[]> data;
        std::size_t capacity = 0, last = 0, end = 0; // last: where the newest block begins
        std::uint64_t lines = 0, ends = 0;
    };
    segment take_oldest();
    segment& room_for(std::size_t bytes, std::uint64_t& dropped);
    static block block_at(segment const& s, std::size_t at);

    std::size_t limit_;
    std::size_t memory_ = 0;
    std::vector<segment> segments_; // oldest first; none of them is empty
    extent dropped_;
    std::uint64_t origin_ = 0;
    std::uint64_t last_seq_ = 0;
    bool begun_ = false; // there was a record
};

// How far a reader has come in a block after its first `lines` records.
record_ring::extent extent_after(record_ring::block const& b, std::uint64_t lines);

// Appends the lines of a block as records. `process` is the name for the number in its head.
void append_records(std::vector<log_record>& out, record_ring::block const& b,
                    std::string const& process);
// The same for the records after `seq`, until all of `out` has `most` bytes with what the records
// take in memory. Returns how many lines of the block are read now.
std::uint64_t append_records(std::vector<log_record>& out, record_ring::block const& b,
                             std::string const& process, std::uint64_t seq, std::size_t& bytes,
                             std::size_t most);

} // namespace core
