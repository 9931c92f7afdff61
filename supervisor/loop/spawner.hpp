// The one place that starts coroutines. An exception that nobody has caught ends the coroutine that
// it came from and nothing else: its request, its probe or its connection. The exception is
// reported with the work that it has ended.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

namespace procd::loop {

// "internal error in WORK: WORDS", the words being those of the exception. Want of memory is said
// in plain words.
std::string words_of(std::string const& work, std::exception_ptr const& error);

// An exception that has ended a coroutine without which procd cannot go on. Its words are those of
// words_of().
class work_failed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class spawner {
public:
    // Receives the words of each exception that has ended a coroutine: a bug, or want of memory.
    using reporter = std::function<void(std::string const& words)>;
    spawner(boost::asio::io_context& io, reporter report) : io_(io), report_(std::move(report)) {}

    // Called at the end of a coroutine; null when no exception has ended it.
    using ended = std::function<void(std::exception_ptr const& error)>;
    // Runs a coroutine from the event loop. `work` names it for the report, e.g. "a probe of
    // web.1". A coroutine that was cut by its cancellation slot is not reported.
    void spawn(std::string work, boost::asio::awaitable<void> coroutine, ended at_end = nullptr,
               boost::asio::cancellation_slot slot = {}) const;
    // The same for the coroutine without which procd cannot go on: its exception is thrown out of
    // the event loop as `work_failed`.
    void spawn_vital(std::string work, boost::asio::awaitable<void> coroutine) const;

    // Reports an exception that was caught by the coroutine itself.
    void report(std::string const& work, std::exception_ptr const& error) const
    {
        report_(words_of(work, error));
    }

private:
    boost::asio::io_context& io_;
    reporter report_;
};

} // namespace procd::loop
