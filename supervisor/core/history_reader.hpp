// One client's way through the history, step by step. Between two steps it holds a few numbers for
// each process and no records, so a client costs the same however much it asks for and however
// slowly it reads. When the history has dropped records before the client has read them, the reader
// says where in the log files they are.
#pragma once

#include "supervisor/core/history.hpp"
#include "supervisor/core/log_file_text.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace core {

class history_reader {
public:
    // Begins with the first record that the query selects. `last` is the number of the last record
    // that is wanted.
    static constexpr std::uint64_t without_end = std::numeric_limits<std::uint64_t>::max();
    history_reader(history const& of, history::query const& q, std::uint64_t last = without_end);

    // Tells whether the client wants the records of this process.
    bool wants(history const& of, std::uint32_t process);

    // Records of one process that the history does not have any more, as a part of what its log
    // files ever had.
    struct gap {
        std::uint32_t process = 0;
        std::uint64_t from = 0, to = 0;
        log_text_state state; // of the text before it
    };
    // A gap that is to be read next, if there is one. Gaps that no log file has are passed over.
    std::optional<gap> behind(history const& of);
    // The gap was read up to the position `to`, with so many ends of lines.
    void went_on(std::uint32_t process, std::uint64_t to, std::uint64_t ends, log_text_state state);

    // The next records, oldest first, until they take about `most` bytes of memory. Empty: nothing
    // is new. There is no gap when this is called.
    std::vector<log_record> take(history const& of, std::size_t most);

    // Where the log files of a process have the first record that the client has not got. Nothing:
    // the history has never had a record of it.
    std::optional<std::uint64_t> position(history const& of, std::uint32_t process);

    // How many lines were lost since the last call.
    std::uint64_t take_missed() { return std::exchange(missed_, 0); }
    // The last record that was wanted is read.
    bool done() const { return seq_ >= last_; }
    // From now on there is no last record.
    void read_on() { last_ = without_end; }

private:
    // How far the client has come with one process.
    struct place {
        record_ring::extent read;
        log_text_state state;
        bool begun = false;
        std::optional<bool> wanted; // unknown at first
    };
    place& place_of(history const& of, std::uint32_t process);
    void begin(history const& of, std::uint32_t process);

    std::vector<std::string> names_;
    std::uint64_t seq_ = 0; // each record up to this number is read, or in a gap
    std::uint64_t last_;
    std::vector<place> places_; // by the number of the process
    std::uint64_t missed_ = 0;
};

} // namespace core
