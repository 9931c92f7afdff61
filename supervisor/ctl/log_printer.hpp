// Log records as `ps:logs` prints them.
#pragma once

#include "supervisor/core/log_line.hpp"
#include "supervisor/core/shared_screen.hpp"

#include <map>
#include <string>

namespace ctl {

struct log_style {
    bool prefix = true;
    bool color = false;
    bool timestamps = false;
    std::size_t name_width = 6;
    std::map<std::string, int> positions = {}; // of the types; they decide the colours
    bool on_screen = false;                    // a real terminal: see core/shared_screen
};

// Turns records into text. The bytes of the child stay as they are unless they go to a terminal.
// The pieces of a long line are joined unless a record of another process, or of procd about this
// one, comes between them. It does what output/terminal does with procd's own terminal.
class log_printer {
public:
    explicit log_printer(log_style style) : style_(std::move(style)) {}

    // Returns the text to print for this record.
    std::string text(core::log_record const& record);
    // Returns the text that ends a line which is still open.
    std::string end();

private:
    core::shared_screen::shown on_screen(core::log_record const& record);
    std::string prefix_of(core::log_record const& record);

    log_style style_;
    std::string open_; // the process whose piece was written last
    std::map<std::string, std::string> prefixes_;
    std::map<std::string, core::shared_screen> screens_;
};

} // namespace ctl
