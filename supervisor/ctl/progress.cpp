#include "supervisor/ctl/progress.hpp"

#include "supervisor/ctl/output.hpp"

#include <utility>

namespace ctl {

namespace {

constexpr char const* erase_line = "\r\x1b[K";

} // namespace

std::optional<std::string> paced_lines::next(std::string_view message, time_point now)
{
    constexpr std::chrono::seconds pace{1};
    waiting_ = message;
    if (printed_ && now - *printed_ < pace)
        return std::nullopt;
    printed_ = now;
    return std::exchange(waiting_, std::nullopt);
}

std::optional<std::string> paced_lines::rest()
{
    return std::exchange(waiting_, std::nullopt);
}

progress_line::progress_line(std::string title, style form, bool silent)
    : title_(std::move(title)), style_(form), silent_(silent), live_(error_is_terminal())
{
}

void progress_line::begin()
{
    if (!std::exchange(begun_, true) && !silent_)
        print(style_ == style::block ? title_ + "\n" : title_);
}

void progress_line::show(std::string_view message)
{
    if (silent_ || message.empty() || message == last_)
        return;
    last_ = message;
    if (live_) {
        bool const same_line = style_ == style::inlined && output_is_terminal();
        print_error(erase_line + (same_line ? title_ : std::string()) + last_);
        shown_ = true;
    } else if (style_ == style::block) {
        if (auto const line = plain_.next(last_, std::chrono::steady_clock::now()))
            print_error(*line + "\n");
    }
}

void progress_line::show_rest()
{
    if (auto const line = plain_.rest())
        print_error(*line + "\n");
}

void progress_line::clear()
{
    if (!std::exchange(shown_, false))
        return;
    print_error(erase_line);
    if (style_ == style::inlined && output_is_terminal())
        print_error(title_);
}

void progress_line::finish()
{
    clear();
    show_rest();
    begin();
    if (silent_)
        return;
    if (style_ == style::inlined) {
        print("done\n");
        return;
    }
    auto const took = std::chrono::steady_clock::now() - started_;
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(took).count();
    print("done in " + std::to_string(seconds) + "s\n");
}

void progress_line::give_up()
{
    clear();
    show_rest();
    if (begun_ && !silent_ && style_ == style::inlined)
        print("\n");
}

} // namespace ctl
