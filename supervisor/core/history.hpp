// The last lines of every process: so much of each, so much in all, the oldest go first.
#pragma once

#include "supervisor/core/line_framer.hpp"
#include "supervisor/core/log_line.hpp"
#include "supervisor/core/record_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

// Whether one of `names` is the process or its type; no names at all select everything.
bool selects(std::vector<std::string> const& names, std::string_view process);

class history {
public:
    history(std::size_t per_process, std::size_t total);

    // A number for the process of this name; always the same one for the same name.
    std::uint32_t number_of(std::string const& process);
    std::string const& name_of(std::uint32_t number) const { return processes_[number].name; }

    void append(block_head const& head, line_run const& run);

    struct query {
        std::vector<std::string> names; // as for selects()
        std::size_t lines = 300;        // the newest of them
        std::optional<wall_time> since;
    };
    std::vector<log_record> find(query const& q) const; // oldest first

    // The last lines of a process itself, from `from_seq` on; pieces of one line are put together.
    std::vector<std::string> last_lines(std::uint32_t number, std::uint64_t from_seq,
                                        std::size_t lines) const;

    std::size_t memory() const { return memory_; }

private:
    struct entry {
        std::string name;
        record_ring records;
    };

    std::size_t per_process_, total_;
    std::size_t memory_ = 0;
    std::vector<entry> processes_;
};

} // namespace core
