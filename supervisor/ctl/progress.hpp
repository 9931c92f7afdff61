// The progress of a long wait: one live line on a terminal, plain lines elsewhere, and nothing with
// --quiet.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ctl {

// The plain lines of a progress without a terminal: at most one a second, and the last one always.
class paced_lines {
public:
    using time_point = std::chrono::steady_clock::time_point;
    // The line to print now, or nothing when one was printed less than a second ago.
    std::optional<std::string> next(std::string_view message, time_point now);
    // The last line, if it was not printed.
    std::optional<std::string> rest();

private:
    std::optional<time_point> printed_;
    std::optional<std::string> waiting_;
};

class progress_line {
public:
    enum class style {
        block,  // the title has a line of its own: "Scaling processes..."
        inlined // the result follows the title: "Deleting web.2 from shop... done"
    };
    // Nothing is written before begin(), and nothing at all when `silent`.
    progress_line(std::string title, style form, bool silent);
    ~progress_line() { clear(); }
    progress_line(progress_line const&) = delete;
    progress_line& operator=(progress_line const&) = delete;

    // Prints the title to stdout, the first time only: procd has accepted the request.
    void begin();
    void show(std::string_view message);
    // Ends with "done in 1s" for a block and with "done" for an inlined title.
    void finish();
    // Removes the live line and ends the line of an inlined title, so that a message can follow.
    void give_up();

private:
    void clear();
    void show_rest();

    std::string title_;
    style style_;
    bool silent_, live_;
    bool begun_ = false, shown_ = false;
    std::string last_;
    paced_lines plain_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

} // namespace ctl
