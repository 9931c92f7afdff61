#include "supervisor/daemon/router_questions.hpp"

namespace procd::daemon {

std::uint64_t router_questions::ask(std::uint64_t behind_picture)
{
    open_.push_back({++last_, behind_picture});
    return last_;
}

std::optional<std::uint64_t> router_questions::open() const
{
    return open_.empty() ? std::nullopt : std::optional(open_.back().number);
}

bool router_questions::asked_behind(std::uint64_t picture) const
{
    return taken_up_ >= picture || (!open_.empty() && open_.back().picture >= picture);
}

void router_questions::answered(std::uint64_t question)
{
    while (!open_.empty() && open_.front().number <= question) {
        taken_up_ = open_.front().picture;
        open_.pop_front();
    }
}

// The numbers go on, so that no answer is taken for another.
void router_questions::forget()
{
    open_.clear();
    taken_up_ = 0;
}

} // namespace procd::daemon
