#include "supervisor/process/errand.hpp"

#include "supervisor/loop/adopt.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/output_pipe.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/process/signal_numbers.hpp"

#include <array>
#include <utility>

namespace procd::process {

namespace asio = boost::asio;

// Counts an errand while it is under way, because the end of procd waits for all errands. Kills a
// command that is still there at the end, because an exception has cut the errand short.
class errand::counted {
public:
    explicit counted(errand& of) : of_(of) { ++of_.with_.errands; }
    counted(counted const&) = delete;
    counted& operator=(counted const&) = delete;
    ~counted()
    {
        if (of_.child_ && !of_.status_)
            of_.child_->kill();
        --of_.with_.errands;
        of_.with_.changed.notify();
    }

private:
    errand& of_;
};

errand::errand(services& with, std::function<void(std::string_view)> output)
    : with_(with), output_(std::move(output)), wake_(with.io)
{
}

asio::awaitable<errand_end> errand::run(std::shared_ptr<errand> self, os::launch_request request,
                                        std::optional<time_point> deadline)
{
    counted const under_way(*self);
    self->id_ = new_procd_id(self->with_);
    request.environment.push_back("PROCD_ID=" + self->id_);
    auto made = os::launch(request);
    if (!made)
        co_return errand_end{made.error()};
    auto const unread = self->launched(std::move(*made));
    if (unread)
        self->cancelled_ = true;
    errand_end end;
    std::optional<time_point> given_up;
    while (!self->status_) {
        if (self->cancelled_ || (deadline && std::chrono::steady_clock::now() >= *deadline)) {
            end.timed_out = !self->cancelled_;
            self->child_->kill();
            deadline.reset();
            self->cancelled_ = false; // KILL is sent once
            given_up = std::chrono::steady_clock::now() + kill_limit;
        }
        if (given_up && std::chrono::steady_clock::now() >= *given_up) {
            // The command sleeps in the kernel, or belongs to another user by now. The end of procd
            // must not wait for it.
            self->child_->forget();
            self->status_ = core::signaled{sigkill, false};
            break;
        }
        auto const until = given_up ? given_up : deadline;
        co_await self->wake_.wait(until);
    }
    end.status = unread ? core::never_started{"output", unread.value(), ""} : *self->status_;
    co_return end;
}

void errand::cancel()
{
    cancelled_ = true;
    wake_.poke();
}

// The error says why the output of the command cannot be read. The command must not go on then.
os::error_code errand::launched(os::child made)
{
    child_.emplace(
        with_.io, with_.children, made,
        [self = shared_from_this()](core::exit_status const& status) { self->ended(status); });
    if (auto const refused = loop::adopt(pipe_, with_.io.get_executor(), made.output))
        return refused;
    watch_output();
    return {};
}

void errand::watch_output()
{
    pipe_->async_wait(asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](boost::system::error_code error) {
                          if (error || !self->pipe_)
                              return;
                          self->read();
                          if (self->pipe_)
                              self->watch_output();
                      });
}

void errand::read()
{
    constexpr int reads_per_turn = 16;
    std::array<char, 4096> room{};
    for (int i = 0; pipe_ && i < reads_per_turn; ++i) {
        auto const got = os::read_output(pipe_->native_handle(), os::output_from::pipe, room);
        if (got.bytes > 0 && output_)
            output_(std::string_view(room.data(), got.bytes));
        if (got.next == os::output_read::then::ended)
            pipe_.reset();
        if (got.next != os::output_read::then::more)
            break;
    }
}

// Kills what is left: the rest of the group, and daemons in sessions of their own. The child is not
// reaped yet, so the number of the group cannot belong to another one.
void errand::ended(core::exit_status const& status)
{
    os::send_signal(-child_->pid(), sigkill);
    if (!with_.children.orphans_of(child_->pid(), id_).empty())
        os::kill_tree({nullptr, id_, child_->pid()}, with_.processes);
    if (pipe_)
        read();
    pipe_.reset();
    status_ = status;
    wake_.poke();
}

} // namespace procd::process
