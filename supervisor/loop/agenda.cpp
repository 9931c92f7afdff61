// How an item comes to look:
// 1. soon() puts the item on the list soon_ and posts one turn for all items.
// 2. turn() takes that list as now_ and adds the items whose deadlines have passed. Each item looks
//    once and returns its next deadline, which is kept in later_.
// 3. Items that ask again during the turn are put on soon_ and have the next turn, so that other
//    handlers run in between.
// 4. arm() sets the one timer to the earliest deadline, if that has changed.
// Flags are set after what may find no memory, so that a later call of soon() is not taken for one
// that is answered already.
// An item may destroy other items while it looks; forget() then clears their entries in both lists.
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
    if (!queued_)
        of_.soon_.push_back(this);
    queued_ = true;
    if (!of_.in_turn_) // otherwise turn() posts the next turn at its end
        of_.post_turn();
}

void agenda::post_turn()
{
    if (posted_)
        return;
    asio::post(io_, [this] {
        posted_ = false;
        turn();
    });
    posted_ = true;
}

// Items that ask for another look meanwhile have it in the next turn, after other handlers.
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
    for (auto& next : now_) { // the list does not grow, but its items may be destroyed
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
    if (deadline) // the hint: a new deadline is mostly later than all others
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
        if (replaced || armed_ != at) // the second: replaced after this handler was queued
            return;
        armed_.reset();
        turn();
    });
}

} // namespace procd::loop
