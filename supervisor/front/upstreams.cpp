#include "supervisor/front/upstreams.hpp"

#include <algorithm>
#include <utility>

namespace procd::front {

using clock = std::chrono::steady_clock;

namespace {

// gunicorn closes a connection after 2 s; nobody shall have to lose a race against that.
constexpr std::chrono::seconds longest_idle{1};

} // namespace

in_flight::in_flight(std::shared_ptr<upstream> to, ended less)
    : to_(std::move(to)), less_(std::move(less))
{
    ++to_->now.in_flight;
    to_->told_idle = false;
}

in_flight::in_flight(in_flight&& other) noexcept
    : to_(std::exchange(other.to_, nullptr)), less_(std::move(other.less_))
{
}

in_flight& in_flight::operator=(in_flight&& other) noexcept
{
    end();
    to_ = std::exchange(other.to_, nullptr);
    less_ = std::move(other.less_);
    return *this;
}

void in_flight::end()
{
    auto const to = std::exchange(to_, nullptr);
    if (!to)
        return;
    --to->now.in_flight;
    auto const less = std::move(less_);
    (*less)(*to);
}

std::shared_ptr<connection> connection_pool::take(upstream& from, std::chrono::milliseconds most)
{
    auto const now = clock::now();
    while (!from.idle.empty()) {
        auto found = std::move(from.idle.back());
        from.idle.pop_back();
        if (now - found.since > most)
            return nullptr; // the others are older still
        if (!found.line->has_news())
            return std::move(found.line);
    }
    return nullptr;
}

void connection_pool::give_back(std::shared_ptr<upstream> const& to,
                                std::shared_ptr<connection> line)
{
    if (!to->now.in_rotation)
        return;
    if (!std::exchange(to->listed, true))
        holders_.push_back(to);
    to->idle.push_back({std::move(line), clock::now()});
    if (!armed_)
        arm();
}

void connection_pool::arm()
{
    armed_ = true;
    timer_.expires_after(longest_idle);
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (cancelled) // the pool is gone
            return;
        armed_ = false;
        sweep();
    });
}

void connection_pool::sweep()
{
    auto const limit = clock::now() - longest_idle;
    std::erase_if(holders_, [limit](auto const& each) {
        auto const holder = each.lock();
        if (!holder)
            return true;
        std::erase_if(holder->idle, [&](auto const& i) { return i.since <= limit; });
        holder->listed = !holder->idle.empty();
        return !holder->listed;
    });
    if (!holders_.empty())
        arm();
}

} // namespace procd::front
