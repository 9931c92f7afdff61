// Runs of lines, for tests of classes that keep them.
#pragma once

#include "supervisor/core/record_ring.hpp"

#include <string>
#include <vector>

namespace tests {

// Passes `text` to `keep` as a child would have written it: whole lines, and a piece at the end.
// `keep` is called with a block_head and a run. Returns the next sequence number.
template <class Keep>
std::uint64_t write(std::string_view text, core::block_head head, Keep&& keep)
{
    core::line_framer framer;
    core::line_ends ends;
    while (auto const run = framer.next(text, ends)) {
        keep(head, *run);
        head.seq += run->ends.size();
    }
    if (auto const piece = framer.rest(ends)) {
        keep(head, *piece);
        ++head.seq;
    }
    return head.seq;
}

// The records as text: "1:one 2:two 3:thr..."
inline std::string shown(std::vector<core::log_record> const& records)
{
    std::string out;
    for (auto const& r : records) {
        if (!out.empty())
            out += ' ';
        out += std::to_string(r.seq) + ":" + r.bytes + (r.partial ? "..." : "");
    }
    return out;
}

} // namespace tests
