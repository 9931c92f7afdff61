#include "supervisor/process/adopted.hpp"

#include "supervisor/core/orphan_stop.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/signal_numbers.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <vector>

namespace procd::process {

using clock = std::chrono::steady_clock;
using core::orphan_stop;

namespace {

constexpr std::chrono::seconds least_time{1}; // to end after TERM

// One stop of all that is adopted.
class stop {
public:
    explicit stop(services& with) : with_(with) {}

    // Looks which processes live. Without children that are adopted there are none, so this costs
    // one small read at most ends of procd.
    orphan_stop::facts look()
    {
        members_.clear();
        if (!with_.children.adopted().empty())
            members_ = os::own_descendants(with_.children.not_adopted());
        std::erase_if(members_, [this](auto const& m) { return is_refused(m); });
        bool const any_new = std::any_of(members_.begin(), members_.end(),
                                         [this](auto const& m) { return is_new(m); });
        return {clock::now(), !members_.empty(), any_new, with_.hurried};
    }

    void terminate()
    {
        for (auto const& member : members_)
            if (is_new(member)) {
                with_.hub.system("nobody owns pid " + name_of(member) +
                                 ", which a process has left behind: sending SIGTERM");
                send(member, sigterm);
                send(member, sigcont);
            }
    }

    void kill()
    {
        for (auto const& member : members_)
            send(member, sigkill);
    }

    void give_up()
    {
        for (auto const& member : members_)
            say_left(member);
    }

    bool any_left() const { return any_left_; }

private:
    bool is_new(os::tree_member const& m) const
    {
        auto const known = signalled_.find(m.pid);
        return known == signalled_.end() || known->second != m.start_time;
    }
    bool is_refused(os::tree_member const& m) const
    {
        auto const known = refused_.find(m.pid);
        return known != refused_.end() && known->second == m.start_time;
    }

    // A process of another user cannot be ended, so waiting for it would be of no use.
    void send(os::tree_member const& to, int number)
    {
        signalled_[to.pid] = to.start_time;
        if (is_refused(to) || os::signal_member(to, number) != os::error_of(EPERM))
            return;
        refused_[to.pid] = to.start_time;
        say_left(to);
    }

    static std::string name_of(os::tree_member const& m)
    {
        return std::to_string(m.pid) + ' ' + os::command_line(m.pid);
    }

    void say_left(os::tree_member const& m)
    {
        any_left_ = true;
        auto const text = "could not be killed and is left alone: pid " + name_of(m);
        with_.hub.system(text, output::level::error);
        with_.events.publish("unkillable", "", text, {{"pid", m.pid}});
    }

    services& with_;
    std::vector<os::tree_member> members_;
    std::map<int, std::uint64_t> signalled_, refused_; // pid -> start time
    bool any_left_ = false;
};

} // namespace

boost::asio::awaitable<adopted> end_adopted(services& with, core::time_point deadline)
{
    stop all(with);
    reaper::stranger_watch const watch(with.children, [&with] { with.changed.notify(); });
    orphan_stop next(std::max(deadline, clock::now() + least_time));
    for (;;) {
        auto const action = next.step(all.look());
        if (std::holds_alternative<orphan_stop::terminate>(action)) {
            all.terminate();
        } else if (std::holds_alternative<orphan_stop::kill>(action)) {
            all.kill();
        } else if (auto const* sleep = std::get_if<core::wait_until>(&action)) {
            co_await with.changed.wait_until(*sleep->deadline);
        } else {
            if (std::holds_alternative<orphan_stop::give_up>(action))
                all.give_up();
            break;
        }
    }
    co_return all.any_left() ? adopted::some_left : adopted::all_ended;
}

} // namespace procd::process
