#include "supervisor/core/history.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace core {

bool selects(std::vector<std::string> const& names, std::string_view process)
{
    auto const type = process.substr(0, process.rfind('.'));
    return names.empty() || std::any_of(names.begin(), names.end(), [&](std::string const& name) {
               return name == process || name == type;
           });
}

history::history(std::size_t per_process, std::size_t total)
    : per_process_(per_process), total_(total)
{
}

std::uint32_t history::number_of(std::string const& process)
{
    auto const known = std::find_if(processes_.begin(), processes_.end(),
                                    [&](auto const& p) { return p.name == process; });
    if (known != processes_.end())
        return static_cast<std::uint32_t>(known - processes_.begin());
    auto const number = size();
    auto const recent = recent_.insert(recent_.end(), number);
    processes_.push_back({process, record_ring(per_process_), recent});
    return number;
}

void history::append(block_head const& head, line_run const& run)
{
    auto& records = processes_[head.process].records;
    recent_.splice(recent_.begin(), recent_, processes_[head.process].recent);
    memory_ -= records.memory();
    records.append(head, run);
    memory_ += records.memory();
    while (memory_ > total_) {
        auto const oldest = std::min_element(
            processes_.begin(), processes_.end(), [](auto const& a, auto const& b) {
                return a.records.oldest_seq() < b.records.oldest_seq();
            });
        memory_ -= oldest->records.memory();
        if (oldest->records.drop_oldest() == 0)
            break;
        memory_ += oldest->records.memory();
    }
}

std::vector<log_record> history::find(query const& q) const
{
    std::vector<record_ring::block> blocks;
    for (auto const& p : processes_) {
        if (!selects(q.names, p.name))
            continue;
        auto const found = p.records.newest(q.lines);
        blocks.insert(blocks.end(), found.begin(), found.end());
    }
    if (q.since)
        std::erase_if(blocks, [&](auto const& b) { return b.head.time < *q.since; });
    std::sort(blocks.begin(), blocks.end(),
              [](auto const& a, auto const& b) { return a.head.seq < b.head.seq; });

    // Only the last blocks are needed: those that hold the newest `lines` lines.
    std::size_t count = 0;
    auto first = blocks.size();
    while (first > 0 && count < q.lines)
        count += blocks[--first].head.lines;
    std::vector<log_record> records;
    records.reserve(count);
    for (; first < blocks.size(); ++first)
        append_records(records, blocks[first], name_of(blocks[first].head.process));
    if (records.size() > q.lines)
        records.erase(records.begin(), records.end() - static_cast<std::ptrdiff_t>(q.lines));
    return records;
}

std::uint64_t history::last_seq() const
{
    return recent_.empty() ? 0 : processes_[recent_.front()].records.last_seq();
}

std::uint64_t history::before(query const& q) const
{
    return std::max(before_newest(q), q.since ? before_time(q) : 0);
}

std::uint64_t history::before_newest(query const& q) const
{
    std::uint64_t all = 0;
    for (auto const& p : processes_)
        all += selects(q.names, p.name) ? p.records.lines() : 0;
    if (all <= q.lines)
        return 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks; // first number, lines
    for (auto const& p : processes_)
        if (selects(q.names, p.name))
            for (auto const& b : p.records.newest(q.lines))
                blocks.emplace_back(b.head.seq, b.head.lines);
    std::sort(blocks.begin(), blocks.end(), std::greater<>());
    auto seq = last_seq();
    std::uint64_t count = 0;
    for (auto at = blocks.begin(); at != blocks.end() && count < q.lines; ++at) {
        auto const taken = std::min<std::uint64_t>(at->second, q.lines - count);
        count += taken;
        seq = at->first + at->second - taken - 1;
    }
    return seq;
}

std::uint64_t history::before_time(query const& q) const
{
    auto seq = last_seq();
    for (auto const& p : processes_) {
        if (!selects(q.names, p.name))
            continue;
        auto at = p.records.after(0);
        while (at && p.records.at(*at).head.time < *q.since)
            at = p.records.next(*at);
        if (at)
            seq = std::min(seq, p.records.at(*at).head.seq - 1);
    }
    return seq;
}

std::vector<std::string> history::last_lines(std::uint32_t number, std::uint64_t from_seq,
                                             std::size_t lines) const
{
    std::vector<std::string> found;
    bool goes_on = false; // the last entry of `found` is a piece, and its line goes on
    std::vector<log_record> records;
    // Lines of procd itself lie between those of the process, so more blocks than `lines` are read.
    for (auto const& b : processes_[number].records.newest(2 * lines + 16)) {
        if (b.head.ours || b.head.seq + b.head.lines <= from_seq)
            continue;
        records.clear();
        append_records(records, b, {});
        for (auto const& r : records) {
            if (r.seq < from_seq)
                continue;
            if (goes_on && !found.empty())
                found.back() += r.bytes;
            else
                found.push_back(r.bytes);
            goes_on = r.partial;
        }
    }
    if (found.size() > lines)
        found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(lines));
    return found;
}

} // namespace core
