// take() merges the rings of all processes with news by the numbers of their records. A block has
// numbers without a gap, so it is read as a whole unless the step is full.
#include "supervisor/core/history_reader.hpp"

#include <algorithm>
#include <queue>

namespace core {

history_reader::history_reader(history const& of, history::query const& q, std::uint64_t last)
    : names_(q.names), seq_(of.before(q)), last_(last)
{
    for (std::uint32_t number = 0; number < of.size(); ++number)
        if (wants(of, number))
            begin(of, number);
}

bool history_reader::wants(history const& of, std::uint32_t process)
{
    auto& wanted = place_of(of, process).wanted;
    if (!wanted)
        wanted = selects(names_, of.name_of(process));
    return *wanted;
}

history_reader::place& history_reader::place_of(history const& of, std::uint32_t process)
{
    if (places_.size() <= process)
        places_.resize(of.size());
    return places_[process];
}

// Finds the place that belongs to seq_ in what the ring has. What it has dropped before now is not
// asked for.
void history_reader::begin(history const& of, std::uint32_t process)
{
    auto& p = place_of(of, process);
    auto const& ring = of.records_of(process);
    p.begun = ring.last_seq() > 0;
    p.read = ring.dropped();
    auto const end = ring.after(std::max(seq_, p.read.seq));
    for (auto at = ring.after(0); at; at = ring.next(*at)) {
        auto const b = ring.at(*at);
        bool const last = end && at->segment == end->segment && at->at == end->at;
        if (last && b.head.seq > seq_)
            break;
        auto const lines = last ? seq_ + 1 - b.head.seq : b.head.lines;
        auto const ends = p.read.ends;
        p.read = extent_after(b, lines);
        p.read.ends += ends;
        p.state = {b.head.partial, b.head.time};
        if (last)
            break;
    }
}

std::optional<std::uint64_t> history_reader::position(history const& of, std::uint32_t process)
{
    auto const& p = place_of(of, process);
    return p.begun ? std::optional(p.read.log) : std::nullopt;
}

std::optional<history_reader::gap> history_reader::behind(history const& of)
{
    for (auto const number : of.by_recency()) {
        auto const& ring = of.records_of(number);
        if (ring.last_seq() <= seq_)
            break;
        auto const& lost = ring.dropped();
        if (lost.seq <= seq_ || !wants(of, number))
            continue;
        auto& p = place_of(of, number);
        if (!std::exchange(p.begun, true))
            p.read.log = ring.origin();
        if (lost.seq <= p.read.seq)
            continue;
        if (p.read.log < lost.log)
            return gap{number, p.read.log, lost.log, p.state};
        missed_ += lost.ends - std::min(lost.ends, p.read.ends);
        p.read = lost;
    }
    return std::nullopt;
}

void history_reader::went_on(std::uint32_t process, std::uint64_t to, std::uint64_t ends,
                             log_text_state state)
{
    auto& p = places_[process];
    p.read.log = to;
    p.read.ends += ends;
    p.state = state;
}

std::vector<log_record> history_reader::take(history const& of, std::size_t most)
{
    struct next_block {
        std::uint64_t seq;
        std::uint32_t process;
        record_ring::place at;
        bool operator<(next_block const& other) const { return seq > other.seq; } // oldest first
    };
    std::priority_queue<next_block> blocks;
    auto const add = [&](std::uint32_t process, std::optional<record_ring::place> at) {
        if (!at)
            return;
        auto const seq = of.records_of(process).at(*at).head.seq;
        if (seq <= last_)
            blocks.push({seq, process, *at});
    };
    auto const newest = of.last_seq();
    for (auto const number : of.by_recency()) {
        if (of.records_of(number).last_seq() <= seq_)
            break;
        if (wants(of, number))
            add(number, of.records_of(number).after(seq_));
    }
    std::vector<log_record> records;
    for (std::size_t bytes = 0; !blocks.empty();) {
        auto const next = blocks.top();
        auto const& ring = of.records_of(next.process);
        auto const b = ring.at(next.at);
        auto const lines = append_records(records, b, of.name_of(next.process), seq_, bytes, most);
        auto& p = place_of(of, next.process);
        auto const before = b.head.seq <= p.read.seq && !b.head.partial
                                ? p.read.seq + 1 - b.head.seq
                                : 0; // lines of this block that were read in an earlier step
        auto const ends = p.read.ends;
        p.begun = true;
        p.read = extent_after(b, lines);
        p.read.ends += ends - std::min(ends, before);
        p.state = {b.head.partial, b.head.time};
        seq_ = p.read.seq;
        if (lines < b.head.lines || bytes >= most)
            return records;
        blocks.pop();
        add(next.process, ring.next(next.at));
    }
    seq_ = std::max(seq_, std::min(newest, last_));
    return records;
}

} // namespace core
