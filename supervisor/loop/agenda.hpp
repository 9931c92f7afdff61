// A list of items that have to look at the facts again, and when. One post and one timer serve all
// items: a start or a stop has many of them, and a handler and a timer for each would be most of
// its cost.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace procd::loop {

class agenda {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit agenda(boost::asio::io_context& io);
    agenda(agenda const&) = delete;
    agenda& operator=(agenda const&) = delete;

    class item;

private:
    void keep(item& one, std::optional<time_point> deadline);
    void forget(item& one);
    void post_turn();
    void turn();
    void arm();

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    std::optional<time_point> armed_; // the time that the timer waits for
    std::vector<item*> soon_;         // items for the next turn, in the order in which they asked
    std::vector<item*> now_;          // items of the present turn; null: it has looked, or is gone
    std::multimap<time_point, item*> later_;
    bool posted_ = false;
    bool in_turn_ = false;
};

class agenda::item {
public:
    // `look` acts on the facts and returns when to look again at the latest. Without a deadline
    // only soon() makes the item look again; an agenda without deadlines has no timer. `look` must
    // not destroy its own item, but may destroy other items.
    item(agenda& of, std::function<std::optional<time_point>()> look);
    item(item const&) = delete;
    item& operator=(item const&) = delete;
    ~item();

    // Makes the item look once from the event loop, never from inside this call. Several calls
    // before that count as one. A call while the item looks makes it look again.
    void soon();

private:
    friend class agenda;

    agenda& of_;
    std::function<std::optional<time_point>()> look_;
    bool queued_ = false;                                          // in soon_ or now_
    std::optional<std::multimap<time_point, item*>::iterator> at_; // in later_
};

} // namespace procd::loop
