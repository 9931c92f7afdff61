#include "supervisor/loop/spawner.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <new>
#include <utility>

namespace procd::loop {

namespace asio = boost::asio;

namespace {

// The owner has cut the coroutine short, which is no error.
bool was_cut(std::exception_ptr const& error)
{
    try {
        std::rethrow_exception(error);
    } catch (boost::system::system_error const& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

} // namespace

std::string words_of(std::string const& work, std::exception_ptr const& error)
{
    std::string words = "unknown exception";
    try {
        std::rethrow_exception(error);
    } catch (std::bad_alloc const& e) {
        words = std::string("out of memory (") + e.what() + ')';
    } catch (std::exception const& e) {
        words = e.what();
    } catch (...) {
    }
    return "internal error in " + work + ": " + words;
}

void spawner::spawn(std::string work, asio::awaitable<void> coroutine, ended at_end,
                    asio::cancellation_slot slot) const
{
    auto finish = [report = report_, work = std::move(work),
                   at_end = std::move(at_end)](std::exception_ptr const& error) {
        if (error && !was_cut(error))
            report(words_of(work, error));
        if (at_end)
            at_end(error);
    };
    asio::co_spawn(io_, std::move(coroutine),
                   asio::bind_cancellation_slot(slot, std::move(finish)));
}

void spawner::spawn_vital(std::string work, asio::awaitable<void> coroutine) const
{
    auto finish = [work = std::move(work)](std::exception_ptr const& error) {
        if (error)
            throw work_failed(words_of(work, error));
    };
    asio::co_spawn(io_, std::move(coroutine), std::move(finish));
}

} // namespace procd::loop
