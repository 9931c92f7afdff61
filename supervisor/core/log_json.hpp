// Records as JSON in steps, for a writer that may hold only so many bytes at a time.
#pragma once

#include "supervisor/core/log_line.hpp"
#include "supervisor/core/text_buffer.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace core {

// Makes the same text as append_json() of all records. A long line may be split between two steps,
// because a byte of it takes up to six bytes in JSON.
class json_lines {
public:
    explicit json_lines(std::vector<log_record> records) : records_(std::move(records)) {}

    // The next bytes: at least `most`, but for the last ones, and at most 20 KiB more. Empty at the
    // end. A record is freed when it is done.
    text_buffer take(std::size_t most);

private:
    std::vector<log_record> records_;
    std::size_t at_ = 0;   // the record that is next
    std::size_t done_ = 0; // how many of its bytes are done
    bool text_ = true;     // it is UTF-8
};

} // namespace core
