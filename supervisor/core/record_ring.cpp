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

#include "supervisor/core/log_file_text.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace core {

namespace {

constexpr std::size_t first_segment = 512;
constexpr std::size_t largest_segment = std::size_t{16} * 1024;

} // namespace

std::uint64_t record_ring::oldest_seq() const
{
    if (segments_.empty())
        return std::numeric_limits<std::uint64_t>::max();
    return block_at(segments_.front(), 0).head.seq;
}

record_ring::block record_ring::block_at(segment const& s, std::size_t at)
{
    block b;
    std::memcpy(&b.head, s.data.get() + at, sizeof b.head);
    b.bytes = {s.data.get() + at + sizeof b.head, b.head.bytes};
    return b;
}

std::uint64_t record_ring::lines() const
{
    std::uint64_t count = 0;
    for (auto const& s : segments_)
        count += s.lines;
    return count;
}

std::uint64_t record_ring::drop_oldest()
{
    return segments_.empty() ? 0 : take_oldest().lines;
}

record_ring::segment record_ring::take_oldest()
{
    auto oldest = std::move(segments_.front());
    segments_.erase(segments_.begin());
    memory_ -= oldest.capacity;
    auto const last = block_at(oldest, oldest.last).head;
    dropped_ = {last.seq + last.lines - 1, last.log_end, dropped_.ends + oldest.ends};
    return oldest;
}

record_ring::segment& record_ring::room_for(std::size_t bytes, std::uint64_t& dropped)
{
    // A segment is at most an eighth of the limit, because whole segments are dropped.
    auto const largest = std::clamp(limit_ / 8, first_segment, largest_segment);
    auto const last = segments_.empty() ? 0 : segments_.back().capacity;
    auto const wanted = std::max(bytes, std::clamp(last * 2, first_segment, largest));
    segment next;
    while (!segments_.empty() && memory_ + wanted > limit_) {
        auto oldest = take_oldest();
        dropped += oldest.lines;
        if (oldest.capacity >= wanted && oldest.capacity <= wanted * 2) {
            // The oldest segment becomes the newest, so that nothing is allocated in the long run.
            next.data = std::move(oldest.data);
            next.capacity = oldest.capacity;
            break;
        }
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
    if (!std::exchange(begun_, true))
        dropped_.log = origin_ = head.log_begin;
    auto const log_end = head.log_end;
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
        // In the log files each of the lines that follow has a time before it.
        head.log_end = log_end;
        if (head.logged)
            head.log_end -=
                run.ends.back() - end + (run.ends.size() - first - count) * log_file_prefix;
        std::memcpy(s->data.get() + s->end, &head, sizeof head);
        std::memcpy(s->data.get() + s->end + sizeof head, run.bytes.data() + begin, end - begin);
        s->last = s->end;
        s->end += sizeof head + (end - begin);
        s->lines += count;
        s->ends += run.partial ? 0 : count;
        last_seq_ = head.seq + count - 1;

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
        for (std::size_t at = 0; at < s->end;) {
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

std::optional<record_ring::place> record_ring::after(std::uint64_t seq) const
{
    // The last segment that begins at or before the wanted record has it, or the one after that.
    auto const first = std::upper_bound(
        segments_.begin(), segments_.end(), seq,
        [](std::uint64_t wanted, segment const& s) { return wanted < block_at(s, 0).head.seq; });
    auto at = std::optional(place{static_cast<std::size_t>(first - segments_.begin()), 0});
    if (at->segment > 0)
        --at->segment;
    if (segments_.empty())
        return std::nullopt;
    while (at) {
        auto const head = this->at(*at).head;
        if (head.seq + head.lines - 1 > seq)
            break;
        at = next(*at);
    }
    return at;
}

std::optional<record_ring::place> record_ring::next(place p) const
{
    p.at += sizeof(block_head) + block_at(segments_[p.segment], p.at).head.bytes;
    if (p.at < segments_[p.segment].end)
        return p;
    if (++p.segment == segments_.size())
        return std::nullopt;
    p.at = 0;
    return p;
}

record_ring::extent extent_after(record_ring::block const& b, std::uint64_t lines)
{
    record_ring::extent seen{b.head.seq + lines - 1, b.head.log_end, b.head.partial ? 0 : lines};
    if (!b.head.logged || lines == b.head.lines)
        return seen;
    std::size_t begin = 0;
    for (std::uint64_t i = 0; i < lines; ++i)
        begin = b.bytes.find('\n', begin) + 1;
    seen.log -= b.bytes.size() - begin + (b.head.lines - lines) * log_file_prefix;
    return seen;
}

void append_records(std::vector<log_record>& out, record_ring::block const& b,
                    std::string const& process)
{
    std::size_t bytes = 0;
    append_records(out, b, process, 0, bytes, std::numeric_limits<std::size_t>::max());
}

std::uint64_t append_records(std::vector<log_record>& out, record_ring::block const& b,
                             std::string const& process, std::uint64_t seq, std::size_t& bytes,
                             std::size_t most)
{
    std::uint64_t read = 0;
    for (auto rest = b.bytes; read < b.head.lines && (bytes < most || out.empty()); ++read) {
        auto const end = b.head.partial ? rest.size() : rest.find('\n');
        if (b.head.seq + read > seq) {
            out.push_back({b.head.seq + read, b.head.time, process,
                           std::string(rest.substr(0, end)), b.head.partial,
                           b.head.ours ? author::procd : author::process});
            bytes += end + sizeof(log_record);
        }
        rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    return read;
}

} // namespace core
