// One rotated log file per process. The total size of all files is bounded.
//
//     web.1.log      the newest lines; web.1.log.1 has the lines before, and so on
//     system.log     the messages of procd
//
//     2026-11-23T07:30:00.123Z the line as the process wrote it
//
// Times are UTC with milliseconds, and no colour is added. A line may come in pieces (it is longer
// than 64 KiB, or was left unfinished); the next piece continues the same line of the file. A file
// is opened when its process writes the first line, and only the most recently used files stay
// open. Lines that cannot be written (a full disk, no descriptor left) are dropped and counted. One
// message tells when dropping begins and one when writing works again. A file never keeps half a
// line.
#pragma once

#include "supervisor/core/log_format.hpp"
#include "supervisor/os/log_file.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace procd::output {

struct log_limits {
    std::uint64_t max_size = 10ull << 20; // bytes of one file
    int keep = 5;                         // rotated files of a process
    std::uint64_t total = 1ull << 30;     // bytes of all files of procd; the oldest are removed
};

struct log_file_settings {
    os::log_place directory;
    log_limits limits;
};

class log_files {
public:
    // `notice` receives messages for the user. It may be called from inside append().
    log_files(log_file_settings settings, std::function<void(std::string)> notice);

    // A part of everything that the files of a process ever had, rotated files and those that are
    // gone included, as of when procd first opened one.
    struct part {
        std::uint64_t begin = 0, end = 0;
    };
    struct written {
        part where;
        bool whole = false; // each line is in the file
    };
    // Writes a run of lines of the process `name`, which has this number in the history.
    written append(std::uint32_t number, std::string const& name, core::line_run const& run,
                   core::wall_time now, core::author by);
    // Reads up to `most` bytes of the first part between these positions that is still there.
    struct text {
        std::uint64_t begin = 0;
        std::string bytes;
    };
    std::optional<text> read(std::uint32_t number, part wanted, std::size_t most);
    // The newest file of a process, and how far the positions have come. Nothing: the process has
    // written nothing since procd was started.
    struct newest_file {
        std::uint64_t inode = 0, size = 0, end = 0;
    };
    std::optional<newest_file> newest(std::uint32_t number) const;
    std::string const& directory() const { return settings_.directory.path; }
    // The output of the process has ended: an unfinished line gets its newline.
    void end_line(std::uint32_t number);
    // From now on these limits hold, also for the files that are there.
    void limit(log_limits limits);
    // Closes every file, so that the next line opens it anew (somebody has moved the files away).
    void reopen();
    // How many lines could not be written.
    std::uint64_t dropped() const { return dropped_; }

private:
    // The log file of one process.
    struct entry {
        std::string name; // empty: the process has written nothing yet
        std::optional<os::log_file> file;
        bool line_open = false; // the last piece written did not end its line
        bool failing = false;
        std::uint64_t used = 0;  // the value of uses_ at the last use
        bool opened = false;     // since procd has started
        std::uint64_t inode = 0; // of the file when it was last open
        // The positions where the file begins and ends, and where the rotated files begin, the
        // newest first.
        part now;
        std::vector<std::uint64_t> rotated;
    };
    os::error_code open_directory();
    static void find_position(entry& e, bool other_inode);
    void format(entry const& e, core::line_run const& run, core::wall_time now, core::author by);
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
    std::vector<entry> entries_; // by the number of the process
    core::text_buffer text_;     // the bytes that are being written
    std::uint64_t uses_ = 0;
    std::uint64_t total_ = 0; // bytes in the directory
    std::uint64_t dropped_ = 0;
    // The value of dropped_ before the first file failed; absent while all files work.
    std::optional<std::uint64_t> failing_since_;
};

} // namespace procd::output
