// Small things that the sessions share.
#pragma once

#include "supervisor/front/admission.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <utility>

namespace procd::front {

// The result of an asynchronous operation has its error in front, and nothing is thrown.
inline constexpr auto with_error = boost::asio::as_tuple(boost::asio::use_awaitable);

// Calls a function when the block is left, by an exception as well. The function must not throw.
template <class Function>
class at_exit {
public:
    explicit at_exit(Function call) : call_(std::move(call)) {}
    at_exit(at_exit const&) = delete;
    at_exit& operator=(at_exit const&) = delete;
    ~at_exit() { call_(); }

private:
    Function call_;
};

inline bool would_block(boost::system::error_code e)
{
    return e == boost::asio::error::would_block || e == boost::asio::error::try_again;
}

// A process that refuses a connection is followed by another one, so many times.
inline constexpr int most_tries = 5;

inline std::int64_t ms_since(time_point then)
{
    auto const passed = std::chrono::steady_clock::now() - then;
    return std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
}

} // namespace procd::front
