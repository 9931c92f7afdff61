#include "supervisor/os/cgroup_sweeper.hpp"

#include <algorithm>
#include <signal.h>
#include <system_error>
#include <utility>

namespace os {
namespace {

constexpr unsigned no_more = 1U << 31;

// Threads begin with the signals of who starts them.
class signals_blocked {
public:
    signals_blocked()
    {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    signals_blocked(signals_blocked const&) = delete;
    signals_blocked& operator=(signals_blocked const&) = delete;
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

} // namespace

std::unique_ptr<cgroup_sweeper> cgroup_sweeper::start(std::size_t most)
{
    std::unique_ptr<cgroup_sweeper> made{new cgroup_sweeper(most)};
    if (CPU_COUNT(&made->processors_) < 2)
        return nullptr;
    signals_blocked const blocked;
    try {
        made->thread_ = std::thread([&s = *made] { s.work(); });
    } catch (std::system_error const&) {
        return nullptr;
    }
    return made;
}

cgroup_sweeper::cgroup_sweeper(std::size_t most)
    : most_(std::min<std::size_t>(most, no_more - 1)),
      leaves_(std::make_unique<cgroup_leaf[]>(most_))
{
    CPU_ZERO(&processors_);
    ::sched_getaffinity(0, sizeof processors_, &processors_);
}

cgroup_sweeper::~cgroup_sweeper()
{
    if (!thread_.joinable())
        return;
    given_.store(taken_ | no_more, std::memory_order_release);
    given_.notify_one();
    thread_.join();
}

// Left to the scheduler it may wait behind procd for milliseconds while another processor has
// nothing to do.
void cgroup_sweeper::keep_off_this_processor()
{
    cpu_set_t others = processors_;
    CPU_CLR(static_cast<unsigned>(::sched_getcpu()), &others);
    ::pthread_setaffinity_np(thread_.native_handle(), sizeof others, &others);
}

bool cgroup_sweeper::take(cgroup_leaf& leaf)
{
    if (taken_ >= most_)
        return false;
    leaves_[taken_++] = std::exchange(leaf, {});
    return true;
}

void cgroup_sweeper::go()
{
    if (tried_.load(std::memory_order_acquire) == given_.load(std::memory_order_relaxed))
        keep_off_this_processor();
    given_.store(taken_, std::memory_order_release);
    given_.notify_one();
}

void cgroup_sweeper::work()
{
    for (unsigned seen = 0, tried = 0; (seen & no_more) == 0;) {
        given_.wait(seen, std::memory_order_acquire);
        seen = given_.load(std::memory_order_acquire);
        while (tried != (seen & ~no_more))
            leaves_[tried++].remove_if_empty();
        tried_.store(tried, std::memory_order_release);
        tried_.notify_one();
    }
}

bool cgroup_sweeper::finish()
{
    auto const all = given_.load(std::memory_order_relaxed);
    for (unsigned tried = 0; (tried = tried_.load(std::memory_order_acquire)) != all;)
        tried_.wait(tried, std::memory_order_acquire);
    return std::none_of(leaves_.get(), leaves_.get() + all,
                        [](auto const& leaf) { return static_cast<bool>(leaf); });
}

} // namespace os
