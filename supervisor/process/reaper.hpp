// The one place that reaps. Every end of a child of procd's is seen here first: a child that
// somebody watches is told to its watcher while it is not reaped yet, so that its number is still
// its own; a stranger, which procd has adopted as a subreaper, is reaped at once.
#pragma once

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/orphans.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace procd::process {

class reaper {
public:
    using end = std::function<void(core::exit_status const&)>;

    // `strangers_gone` is called after a pass has reaped strangers, before anybody looks whether a
    // tree is gone.
    explicit reaper(std::function<void()> strangers_gone = [] {});
    reaper(reaper const&) = delete;
    reaper& operator=(reaper const&) = delete;

    // Calls `told` once, when this child has ended; the child is reaped after that call.
    void watch(int pid, end told);
    // Nobody wants to know of this child any more: it is a stranger from now on.
    void forget(int pid);
    bool watches_any() const { return !watched_.empty(); }

    // SIGCHLD has arrived: looks at every child that has ended.
    void reap();

    // For a watched child that has ended and is not reaped: false when it is certain that nothing
    // it started is left. Only needed where no cgroup tells.
    bool may_have_orphans(int ended) { return orphans_.may_be_of(ended); }
    // The children that procd has adopted and that belong to a main process which has ended, or is
    // a zombie still: by its session (-1: it may be somebody else's by now) or by its PROCD_ID.
    // This needs no pass over /proc.
    std::vector<int> orphans_of(int session, std::string const& procd_id);
    // The children that procd has adopted and that are nobody's.
    std::vector<int> adopted() const;
    // This process is not procd's to end: it was there before procd, or nothing ends it.
    void spare(int pid) { spared_.insert(pid); }
    // The pids of all children that procd has started or must not end.
    std::vector<int> not_adopted() const;

    // While it lives, `ended` is called after each pass in which strangers were reaped: one of them
    // may have been the last of a tree. The call may destroy this watch, but no other one.
    class stranger_watch {
    public:
        stranger_watch(reaper& of, std::function<void()> ended);
        stranger_watch(stranger_watch const&) = delete;
        stranger_watch& operator=(stranger_watch const&) = delete;
        ~stranger_watch();

    private:
        friend class reaper;
        reaper& of_;
        std::function<void()> ended_;
        std::list<stranger_watch*>::iterator place_;
    };

    // The CPU time of strangers, which the kernel credits to procd when it reaps them. They are
    // kept from keep_strangers(kept) until they are taken or not_kept is asked for.
    struct stranger {
        int pid = 0;
        int session = 0;
        std::uint64_t cpu_us = 0;
    };
    enum class strangers { kept, not_kept };
    void keep_strangers(strangers wish);
    std::vector<stranger> take_strangers();

private:
    // How an orphan can be recognised. Both facts stay as they are until it is reaped.
    struct mark {
        int session = 0;
        std::string procd_id;
    };
    mark const& mark_of(int orphan);
    void reap_stranger(int pid);

    std::function<void()> strangers_gone_;
    std::unordered_map<int, end> watched_; // by pid, until they are reaped
    os::orphans orphans_;
    std::unordered_map<int, mark> marks_;
    std::unordered_set<int> spared_;
    std::list<stranger_watch*> stranger_watches_;
    bool keeps_strangers_ = false;
    std::vector<stranger> strangers_;
};

} // namespace procd::process
