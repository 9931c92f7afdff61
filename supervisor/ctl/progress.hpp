// How a long wait is shown: one live line on a terminal, plain lines elsewhere, nothing when asked
// for quiet.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace ctl {

class progress_line {
public:
    enum class style {
        block,  // below a line of its own: "Scaling processes..."
        inlined // after a text on the same line: "Deleting web.2 from shop... "
    };
    // Nothing is written before begin(), and nothing ever when `silent`.
    progress_line(std::string title, style how, bool silent);
    ~progress_line() { clear(); }
    progress_line(progress_line const&) = delete;
    progress_line& operator=(progress_line const&) = delete;

    // Prints the title to stdout, once: procd has accepted what is asked.
    void begin();
    void show(std::string_view message);
    // "done in 1s" for a block, "done" for what is inlined.
    void finish();
    // Takes the live line away, and ends an inlined title's line: something else is to be said.
    void give_up();

private:
    void clear();

    std::string title_;
    style style_;
    bool silent_, live_;
    bool begun_ = false, shown_ = false;
    std::string last_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

} // namespace ctl
