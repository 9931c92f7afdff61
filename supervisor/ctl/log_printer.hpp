// Log records as `ps:logs` shows them.
#pragma once

#include "supervisor/core/log_line.hpp"

#include <map>
#include <string>
#include <vector>

namespace ctl {

struct log_style {
    bool prefix = true;
    bool color = false;
    bool timestamps = false;
    std::size_t name_width = 6;
    std::vector<std::string> types = {}; // the place decides the colour
};

// The child's bytes as they are. Pieces of one line are put together as long as nothing else comes
// in between.
class log_printer {
public:
    explicit log_printer(log_style style) : style_(std::move(style)) {}

    // What is to be written for the record.
    std::string text(core::log_record const& record);
    // What ends a line still open.
    std::string end();

private:
    std::string prefix_of(core::log_record const& record);

    log_style style_;
    std::string open_; // the process whose piece was written last
    std::map<std::string, std::string> prefixes_;
};

} // namespace ctl
