// Removes the cgroups of many processes beside what procd does meanwhile: at the end of an app that
// is the largest part of what is left to do, and all of it is the kernel's.
#pragma once

#include "supervisor/os/cgroup.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <sched.h>
#include <thread>

namespace os {

// One thread, which takes no signals and sleeps while there is nothing to remove.
class cgroup_sweeper {
public:
    // For at most so many leaves; null when there is no thread or no second processor to be had.
    static std::unique_ptr<cgroup_sweeper> start(std::size_t most);
    cgroup_sweeper(cgroup_sweeper const&) = delete;
    cgroup_sweeper& operator=(cgroup_sweeper const&) = delete;
    // Waits for what was taken.
    ~cgroup_sweeper();

    // Takes a leaf in which nothing lives any more, of a tree that outlives this; it waits for
    // go(). False, and it stays with the caller, when there is no room.
    bool take(cgroup_leaf& leaf);
    // Wakes the thread, which is then likely to get a processor that has nothing to do.
    void go();
    // Waits until every leaf that was taken before the last go() has been tried once; true when all
    // of them are gone.
    bool finish();

private:
    explicit cgroup_sweeper(std::size_t most);
    void work();
    void keep_off_this_processor();

    std::size_t const most_;
    std::unique_ptr<cgroup_leaf[]> const leaves_;
    unsigned taken_ = 0;
    std::atomic<unsigned> given_{0}; // of them, to the thread; and the mark that there are no more
    std::atomic<unsigned> tried_{0};
    cpu_set_t processors_; // that this process may use
    std::thread thread_;
};

} // namespace os
