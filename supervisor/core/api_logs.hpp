// The lines of `GET /v1/logs?files=true` that are no records. The first one says where the log
// files have the lines that came before the records of the answer. Another one ends the records of
// the past.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::api {

struct log_files_view {
    // The files of a process that has written something since procd was started.
    struct process {
        std::string name;
        std::uint64_t inode = 0, size = 0; // of its newest file
        // How many bytes of its files, counted back from the end of the newest one, belong to the
        // records of the answer.
        std::uint64_t later = 0;
        bool operator==(process const&) const = default;
    };
    std::optional<std::string> directory; // absent: procd keeps no log files
    wall_time time{};                     // of the answer
    std::vector<process> processes;
    bool operator==(log_files_view const&) const = default;
};

boost::json::value to_json(log_files_view const& v);
// Nothing when the line of an answer is another one.
std::optional<log_files_view> log_files_of(boost::json::value const& line);

// {"past":"end"} comes once all records that were there at the time of the answer have been sent.
// Their number is not known before: what memory drops meanwhile comes from the log files, where a
// line is one record and not several pieces, or is lost.
boost::json::value past_end_json();
bool is_past_end(boost::json::value const& line);

} // namespace core::api
