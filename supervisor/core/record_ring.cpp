// The memory of a ring is a list of segments, oldest first. A segment holds blocks one behind the
// other: a block_head, copied byte by byte because it need not be aligned, then the bytes of its
// lines.
//
// append() puts as many lines as fit into the last segment and the rest into new ones. For a new
// segment, room_for() drops old segments until the limit is kept. If a dropped segment has about
// the size that is needed, it becomes the new one, so that in the long run nothing is allocated.
// Segments double from 512 bytes up to 16 KiB, so a quiet process takes little memory, but a
// segment is never more than an eighth of the limit: this bounds how much is dropped at a time. A
// line that is longer gets a segment of its own.
#include "supervisor/core/record_ring.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace core {

namespace {

constexpr std::size_t first_segment = 512;
constexpr std::size_t largest_segment = std::size_t{16} * 1024;

} // namespace

std::uint64_t record_ring::oldest_seq() const
{
    if (segments_.empty())
        return std::numeric_limits<std::uint64_t>::max();
    return block_at(segments_.front(), segments_.front().start).head.seq;
}

record_ring::block record_ring::block_at(segment const& s, std::size_t at)
{
    block b;
    std::memcpy(&b.head, s.data.get() + at, sizeof b.head);
    b.bytes = {s.data.get() + at + sizeof b.head, b.head.bytes};
    return b;
}

std::uint64_t record_ring::drop_oldest()
{
    if (segments_.empty())
        return 0;
    auto const lines = segments_.front().lines;
    memory_ -= segments_.front().capacity;
    segments_.erase(segments_.begin());
    return lines;
}

record_ring::segment& record_ring::room_for(std::size_t bytes, std::uint64_t& dropped)
{
    // A segment is at most an eighth of the limit, because whole segments are dropped.
    auto const largest = std::clamp(limit_ / 8, first_segment, largest_segment);
    auto const last = segments_.empty() ? 0 : segments_.back().capacity;
    auto const wanted = std::max(bytes, std::clamp(last * 2, first_segment, largest));
    segment next;
    while (!segments_.empty() && memory_ + wanted > limit_) {
        if (segments_.front().capacity >= wanted && segments_.front().capacity <= wanted * 2) {
            // The oldest segment becomes the newest, so that nothing is allocated in the long run.
            next.data = std::move(segments_.front().data);
            next.capacity = segments_.front().capacity;
        }
        dropped += drop_oldest();
        if (next.data)
            break;
    }
    if (!next.data) {
        next.data.reset(new char[wanted]);
        next.capacity = wanted;
    }
    memory_ += next.capacity;
    segments_.push_back(std::move(next));
    return segments_.back();
}

std::uint64_t record_ring::append(block_head head, line_run const& run)
{
    std::uint64_t dropped = 0;
    std::size_t first = 0; // the index of the first line that is not kept yet
    std::size_t begin = 0; // the offset of that line
    while (first < run.ends.size()) {
        auto const line = run.ends[first] - begin;
        auto* s = segments_.empty() ? nullptr : &segments_.back();
        if (!s || s->capacity - s->end < sizeof head + line)
            s = &room_for(sizeof head + line, dropped);
        auto const room = s->capacity - s->end - sizeof head;
        auto const past = std::upper_bound(run.ends.begin() + static_cast<std::ptrdiff_t>(first),
                                           run.ends.end(), begin + room);
        auto const count = static_cast<std::size_t>(past - run.ends.begin()) - first;
        auto const end = std::size_t{run.ends[first + count - 1]};

        head.lines = static_cast<std::uint32_t>(count);
        head.bytes = static_cast<std::uint32_t>(end - begin);
        head.partial = run.partial;
        std::memcpy(s->data.get() + s->end, &head, sizeof head);
        std::memcpy(s->data.get() + s->end + sizeof head, run.bytes.data() + begin, end - begin);
        s->end += sizeof head + (end - begin);
        s->lines += count;

        head.seq += count;
        first += count;
        begin = end;
    }
    return dropped;
}

std::vector<record_ring::block> record_ring::newest(std::size_t lines) const
{
    std::vector<block> found; // newest first
    std::vector<std::size_t> starts;
    std::size_t count = 0;
    for (auto s = segments_.rbegin(); s != segments_.rend() && count < lines; ++s) {
        starts.clear();
        for (auto at = s->start; at < s->end;) {
            starts.push_back(at);
            at += sizeof(block_head) + block_at(*s, at).head.bytes;
        }
        for (auto at = starts.rbegin(); at != starts.rend() && count < lines; ++at) {
            found.push_back(block_at(*s, *at));
            count += found.back().head.lines;
        }
    }
    std::reverse(found.begin(), found.end());
    return found;
}

record_ring::block record_ring::take_oldest()
{
    auto& s = segments_.front();
    auto const b = block_at(s, s.start);
    s.start += sizeof b.head + b.bytes.size();
    s.lines -= b.head.lines;
    if (s.start == s.end) {
        memory_ -= s.capacity;
        spent_ = std::move(s);
        segments_.erase(segments_.begin());
    }
    return b;
}

void append_records(std::vector<log_record>& out, record_ring::block const& b,
                    std::string const& process)
{
    auto record = [&](std::uint64_t offset, std::string_view line) {
        out.push_back(
            {b.head.seq + offset, b.head.time, process, std::string(line), b.head.partial});
    };
    if (b.head.partial)
        return record(0, b.bytes);
    std::uint64_t offset = 0;
    for (auto rest = b.bytes; !rest.empty(); ++offset) {
        auto const newline = rest.find('\n');
        record(offset, rest.substr(0, newline));
        rest.remove_prefix(newline + 1);
    }
}

} // namespace core
