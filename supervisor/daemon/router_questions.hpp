// The questions that procd has asked its router. The router answers in the order in which it is
// told and asked, so an answer also tells which picture it has taken up. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace procd::daemon {

class router_questions {
public:
    // The number of a new question, which goes to the router behind this picture.
    std::uint64_t ask(std::uint64_t behind_picture);
    // The last question, if it is not answered yet.
    std::optional<std::uint64_t> open() const;
    // An open question, or an answer, is behind the picture.
    bool asked_behind(std::uint64_t picture) const;
    // The router has answered this question, and so all before it.
    void answered(std::uint64_t question);
    // The last picture that the router is known to have taken up; 0: none.
    std::uint64_t taken_up() const { return taken_up_; }
    // Another router has taken the place of the one that was asked.
    void forget();

private:
    struct asked {
        std::uint64_t number = 0, picture = 0;
    };
    std::deque<asked> open_;
    std::uint64_t last_ = 0, taken_up_ = 0;
};

} // namespace procd::daemon
