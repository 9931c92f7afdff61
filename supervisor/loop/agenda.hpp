// Who has to look at the facts again, and when. One post and one timer serve all of them: at a
// start and at a stop they are many, and a place of their own in the event loop would be most of
// what each costs.
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
    std::optional<time_point> armed_; // what the timer waits for
    std::vector<item*> soon_;         // in the order in which they asked
    std::vector<item*> now_;          // those of the turn that runs; null: done, or gone
    std::multimap<time_point, item*> later_;
    bool posted_ = false;
    bool in_turn_ = false;
};

class agenda::item {
public:
    // `look` acts on the facts and returns when to look again at the latest; with no deadline only
    // soon() brings it back, and an idle agenda has no timer. It must not destroy its own item; it
    // may destroy others.
    item(agenda& of, std::function<std::optional<time_point>()> look);
    item(item const&) = delete;
    item& operator=(item const&) = delete;
    ~item();

    // It looks from the event loop, never from inside this call, and once for any number of calls
    // before that. A call while it looks makes it look again.
    void soon();

private:
    friend class agenda;

    agenda& of_;
    std::function<std::optional<time_point>()> look_;
    bool queued_ = false;                                          // in soon_ or now_
    std::optional<std::multimap<time_point, item*>::iterator> at_; // in later_
};

} // namespace procd::loop
