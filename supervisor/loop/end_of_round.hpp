// Calls a function once the handlers that are ready now have run, before the loop waits for
// anything new.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <utility>

namespace procd::loop {

class end_of_round {
public:
    end_of_round(boost::asio::io_context& io, std::function<void()> then)
        : io_(io), then_(std::move(then))
    {
    }
    end_of_round(end_of_round const&) = delete;
    end_of_round& operator=(end_of_round const&) = delete;

    // Asks for the call. Several calls before the end of the round count as one. This object has to
    // live until then.
    void ask()
    {
        if (asked_)
            return;
        boost::asio::post(io_, [this] {
            asked_ = false;
            then_();
        });
        asked_ = true; // not before: a call that found no memory has asked for nothing
    }

private:
    boost::asio::io_context& io_;
    std::function<void()> then_;
    bool asked_ = false;
};

} // namespace procd::loop
