// One log file per process, rotated, all of them together bounded:
//
//     web.1.log      the newest lines; web.1.log.1 those before, and so on
//     system.log     procd's own
//
//     2026-11-23T07:30:00.123Z the line as the process wrote it
//
// Time is UTC with milliseconds; no colour is added. A piece of a line (longer than 64 KiB, or left
// unfinished) is continued where it stands. A file is opened at its first line, and only the few
// used last stay open. What cannot be written (a full disk, no descriptor left) is dropped and
// counted, said once, and once again when writing works; never does half a line stay.
#pragma once

#include "supervisor/core/log_format.hpp"
#include "supervisor/os/log_file.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace procd::output {

struct log_file_settings {
    std::string directory;
    std::uint64_t max_size = 10ull << 20; // of one file
    int keep = 5;                         // rotated ones of a process
    std::uint64_t total = 1ull << 30; // of procd's own files in the directory; the oldest go first
};

class log_files {
public:
    // `notice`: something to be said as procd. It may be called from within append().
    log_files(log_file_settings settings, std::function<void(std::string)> notice);

    // `number` is the process's in the history, `name` its name.
    void append(std::uint32_t number, std::string const& name, core::line_run const& run,
                core::wall_time now, bool ours);
    void end_line(std::uint32_t number); // its output has ended
    void reopen();                       // somebody else moved the files away
    std::uint64_t dropped() const { return dropped_; }

private:
    struct entry {
        std::string name; // empty: of a process that has written nothing yet
        std::optional<os::log_file> file;
        bool line_open = false; // what was written last is a piece whose line goes on
        bool failing = false;
        std::uint64_t used = 0; // when, as a count of uses
    };
    void format(entry const& e, core::line_run const& run, core::wall_time now, bool ours);
    os::error_code write(entry& e);
    os::error_code open(entry& e);
    os::error_code rotate(entry& e);
    std::size_t portion(entry const& e) const;
    bool close_least_used();
    void hold_total();
    void failed(entry& e, os::error_code why, std::uint64_t dropped_before);
    void works(entry& e);

    log_file_settings settings_;
    std::function<void(std::string)> notice_;
    os::unique_fd directory_;
    std::vector<entry> entries_; // by the process's number
    core::text_buffer text_;     // what is being written
    std::uint64_t uses_ = 0;
    std::uint64_t total_ = 0; // bytes in the directory
    std::uint64_t dropped_ = 0;
    // dropped_ before the first of them failed; nothing while all is well.
    std::optional<std::uint64_t> failing_since_;
};

} // namespace procd::output
