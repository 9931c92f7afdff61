#include "supervisor/front/access_log.hpp"

#include <boost/asio/buffer.hpp>

#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t most_waiting = 64 << 10;
constexpr std::chrono::seconds report_after{1};

// "1,204"
std::string with_thousands(std::uint64_t number)
{
    auto text = std::to_string(number);
    for (auto at = text.size(); at > 3;)
        text.insert(at -= 3, 1, ',');
    return text;
}

} // namespace

access_log::access_log(asio::io_context& io, os::unique_fd out) : out_(io), timer_(io)
{
    error_code refused;
    out_.assign(out.get(), refused); // a file: writes go out at once, and nothing is waited for
    if (refused)
        return;
    out.release();
    out_.non_blocking(true, refused);
}

void access_log::configure(bool accesses, std::int64_t lines_per_second)
{
    accesses_ = accesses;
    most_ = lines_per_second;
}

void access_log::add(access const& request)
{
    if (!accesses_)
        return;
    if (most_ > 0) {
        auto const now = clock::now();
        if (now - second_ >= std::chrono::seconds(1)) {
            second_ = now;
            this_second_ = 0;
        }
        if (++this_second_ > most_)
            return count_dropped();
    }
    if (waiting_.size() >= most_waiting)
        return count_dropped();
    put(text_of(request));
}

void access_log::say(std::string_view words)
{
    put(words);
}

void access_log::put(std::string_view line)
{
    waiting_ += line;
    waiting_ += '\n';
    if (!is_waiting_)
        flush();
}

void access_log::flush()
{
    while (!waiting_.empty()) {
        error_code e;
        auto const count = out_.write_some(asio::buffer(waiting_), e);
        if (e == asio::error::would_block || e == asio::error::try_again)
            return wait();
        if (e) { // nobody reads any more
            waiting_.clear();
            return;
        }
        waiting_.erase(0, count);
    }
}

void access_log::wait()
{
    is_waiting_ = true;
    out_.async_wait(asio::posix::stream_descriptor::wait_write, [this](error_code failed) {
        if (failed) // the log is gone
            return;
        is_waiting_ = false;
        flush();
    });
}

// The count is told a second after the first line that was dropped.
void access_log::count_dropped()
{
    ++dropped_;
    if (std::exchange(reporting_, true))
        return;
    timer_.expires_after(report_after);
    timer_.async_wait([this](error_code cancelled) {
        if (cancelled) // the log is gone
            return;
        reporting_ = false;
        auto const count = std::exchange(dropped_, 0);
        say(with_thousands(count) +
            (count == 1 ? " access line dropped" : " access lines dropped"));
    });
}

} // namespace procd::front
