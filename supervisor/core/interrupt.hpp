// The meaning of each INT that procd gets. A wrapper such as dotenv or cross-env passes one Ctrl-C
// on, although the terminal has sent it to procd already. So a second INT soon after the first is
// the same Ctrl-C.
#pragma once

#include <chrono>
#include <optional>

namespace core {

enum class interrupt_means {
    stop,    // stop the app
    nothing, // it is the Ctrl-C that was answered already
    hurry    // kill what is left
};

class interrupts {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds same_key{500};

    interrupt_means next(time_point now)
    {
        if (!first_) {
            first_ = now;
            return interrupt_means::stop;
        }
        return now - *first_ < same_key ? interrupt_means::nothing : interrupt_means::hurry;
    }

private:
    std::optional<time_point> first_;
};

} // namespace core
