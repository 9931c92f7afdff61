#include "supervisor/loop/agenda.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace procd::loop {

namespace asio = boost::asio;

agenda::agenda(asio::io_context& io) : io_(io), timer_(io) {}

agenda::item::item(agenda& of, std::function<std::optional<time_point>()> look)
    : of_(of), look_(std::move(look))
{
}

agenda::item::~item()
{
    of_.forget(*this);
}

void agenda::item::soon()
{
    if (std::exchange(queued_, true))
        return;
    of_.soon_.push_back(this);
    if (!of_.in_turn_) // the turn asks for another one at its end
        of_.post_turn();
}

void agenda::post_turn()
{
    if (std::exchange(posted_, true))
        return;
    asio::post(io_, [this] {
        posted_ = false;
        turn();
    });
}

// Those that ask for another look meanwhile have it in the next turn: others come in between.
void agenda::turn()
{
    in_turn_ = true;
    now_.swap(soon_);
    if (!later_.empty())
        for (auto const now = std::chrono::steady_clock::now();
             !later_.empty() && later_.begin()->first <= now;) {
            auto& due = *later_.begin()->second;
            keep(due, std::nullopt);
            if (!std::exchange(due.queued_, true))
                now_.push_back(&due);
        }
    for (auto& next : now_) { // it does not grow, but what it points to may go
        if (next == nullptr)
            continue;
        auto& one = *std::exchange(next, nullptr);
        one.queued_ = false;
        keep(one, one.look_());
    }
    now_.clear();
    in_turn_ = false;
    if (!soon_.empty())
        post_turn();
    arm();
}

void agenda::keep(item& one, std::optional<time_point> deadline)
{
    if (one.at_) {
        if (deadline == (*one.at_)->first)
            return;
        later_.erase(*one.at_);
        one.at_.reset();
    }
    if (deadline) // mostly later than all others
        one.at_ = later_.emplace_hint(later_.end(), *deadline, &one);
}

void agenda::forget(item& one)
{
    keep(one, std::nullopt);
    if (!in_turn_)
        arm();
    if (one.queued_)
        for (auto* const list : {&soon_, &now_})
            if (auto const found = std::find(list->begin(), list->end(), &one);
                found != list->end())
                *found = nullptr;
}

void agenda::arm()
{
    auto const first = later_.empty() ? std::nullopt : std::optional(later_.begin()->first);
    if (first == armed_)
        return;
    armed_ = first;
    if (!first) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(*first);
    timer_.async_wait([this, at = *first](boost::system::error_code replaced) {
        if (replaced || armed_ != at) // or replaced when this was on its way
            return;
        armed_.reset();
        turn();
    });
}

} // namespace procd::loop
