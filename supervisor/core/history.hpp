// The last output lines of all processes. There is a limit for each process and one for all
// together, and the oldest lines go first.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/core/log_line.hpp"
#include "supervisor/core/record_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// Tells whether one of `names` is the process or its type. An empty list selects everything.
bool selects(std::vector<std::string> const& names, std::string_view process);

// Keeps lines in memory, within limits given in bytes.
class history {
public:
    history(std::size_t per_process, std::size_t total);

    // A number for the process of this name. The same name always has the same number.
    std::uint32_t number_of(std::string const& process);
    std::string const& name_of(std::uint32_t number) const { return processes_[number].name; }

    // Keeps the lines of a run. `head.process` is the process's number.
    void append(block_head const& head, line_run const& run);

    // Which lines find() gives.
    struct query {
        std::vector<std::string> names; // of processes or types, as for selects()
        std::size_t lines = 300;        // at most this many, the newest ones
        std::optional<wall_time> since; // nothing before this time
    };
    // The selected lines of all processes, oldest first.
    std::vector<log_record> find(query const& q) const;

    // The number of the last record before those that find() gives.
    std::uint64_t before(query const& q) const;

    // For history_reader: the processes with the one first that wrote last, and their records.
    std::list<std::uint32_t> const& by_recency() const { return recent_; }
    record_ring const& records_of(std::uint32_t number) const { return processes_[number].records; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(processes_.size()); }
    std::uint64_t last_seq() const;

    // The last lines that a process itself wrote, without procd's words about it, from the sequence
    // number `from_seq` on. Pieces of one line are joined.
    std::vector<std::string> last_lines(std::uint32_t number, std::uint64_t from_seq,
                                        std::size_t lines) const;

    // How many bytes all lines take.
    std::size_t memory() const { return memory_; }

private:
    struct entry {
        std::string name;
        record_ring records;
        std::list<std::uint32_t>::iterator recent; // in recent_
    };
    std::uint64_t before_newest(query const& q) const;
    std::uint64_t before_time(query const& q) const;

    std::size_t per_process_, total_;
    std::size_t memory_ = 0;
    std::vector<entry> processes_;
    std::list<std::uint32_t> recent_;
};

} // namespace core
