// The request that the words of `ps:logs` make.
#pragma once

#include "supervisor/core/log_line.hpp"
#include "supervisor/ctl/command.hpp"
#include "supervisor/os/pattern.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ctl {

struct log_request {
    std::vector<std::string> names; // of processes and types
    bool follow = false;
    std::optional<core::wall_time> since, until;
    std::optional<os::pattern> grep;
    std::optional<std::uint64_t> most; // how many lines of the past; absent: all
    bool asks_for_past = false;        // with --since or --lines

    // Tells whether the record is wanted, but for its place among the others.
    bool wants(core::log_record const& record) const;
    // How many of the last records are enough, if that can be said before they are looked at.
    std::optional<std::uint64_t> enough() const;
};

log_request log_request_of(arguments const& a, core::wall_time now);
// The target of the request to procd. It asks for what procd remembers, and where the files are.
std::string logs_target(log_request const& wanted);

// Takes the records of the past and hands on the last `most` of those that are wanted.
class log_selection {
public:
    using receiver = std::function<void(core::log_record const&)>;
    log_selection(log_request const& wanted, receiver show)
        : wanted_(wanted), show_(std::move(show))
    {
    }
    void add(core::log_record record);
    void end();

private:
    log_request const& wanted_;
    receiver show_;
    std::deque<core::log_record> last_;
};

} // namespace ctl
