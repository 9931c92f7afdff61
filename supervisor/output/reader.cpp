// The life of a reader:
// 1. wait() waits until the descriptor is readable. It does nothing while stdout is stalled; the
//    hub calls it again afterwards.
// 2. readable() reads at most four times, so that other readers have their turn, and passes the
//    whole lines to the hub. It returns early when these lines stall stdout.
// 3. The start of a line stays in the framer. The hub's timer shows it as a piece after 200 ms of
//    quiet, and after 1 s in any case.
// 4. At the end of the output the rest is shown, the line is ended, the hub forgets the reader, the
//    descriptor is closed and `closed_` is called. When the owner calls close(), the last two steps
//    are posted, because the owner must not be called back from inside its own call.
#include "supervisor/output/reader.hpp"

#include "supervisor/loop/adopt.hpp"
#include "supervisor/os/tty.hpp"
#include "supervisor/output/hub_core.hpp"

#include <boost/asio/post.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace procd::output {

namespace {

constexpr int reads_per_turn = 4; // then other readers have their turn
constexpr int reads_at_close = 16;

constexpr auto quiet = 200ms;
// A line that grows all the time (dots of progress) is never quiet, so it is shown after this time.
constexpr auto longest_wait = 1s;

} // namespace

reader::reader(hub_core& hub, std::shared_ptr<source> to, std::function<void()> closed)
    : hub_(&hub), fd_(hub.io), to_(std::move(to)), closed_(std::move(closed))
{
}

os::error_code reader::open(os::unique_fd fd)
{
    from_ = os::is_terminal(fd.get()) ? os::output_from::pty : os::output_from::pipe;
    return loop::adopt(fd_, fd);
}

void reader::wait()
{
    if (!hub_ || waiting_ || hub_->to_terminal->stalled())
        return;
    waiting_ = true;
    auto look = [weak = weak_from_this()](boost::system::error_code failed) {
        auto const self = weak.lock();
        if (!self)
            return;
        self->waiting_ = false;
        if (!failed)
            self->readable();
    };
    fd_.async_wait(asio::posix::stream_descriptor::wait_read, look);
}

void reader::readable()
{
    auto const self = shared_from_this(); // the hub may forget the reader at the end of its output
    for (int turn = 0; hub_ && turn < reads_per_turn; ++turn) {
        if (hub_->to_terminal->stalled())
            return; // the hub calls wait() when it goes on
        auto const got = read_once();
        if (got.next == os::output_read::then::ended) {
            end();
            boost::system::error_code closed;
            fd_.close(closed);
            return tell();
        }
        if (got.next == os::output_read::then::empty)
            break;
    }
    wait();
}

os::output_read reader::read_once()
{
    auto const room = hub_->read_room();
    auto const got = os::read_output(fd_.native_handle(), from_, room);
    if (got.bytes == 0)
        return got;
    std::string_view chunk(room.data(), got.bytes);
    auto const wall = std::chrono::system_clock::now();
    auto const now = std::chrono::steady_clock::now();
    bool const fresh = !framer_.waiting();
    bool shown = false;
    while (auto const run = framer_.next(chunk, hub_->ends)) {
        hub_->pass(*to_, *run, wall, core::author::process);
        shown = true;
    }
    last_byte_ = now;
    if (framer_.waiting()) {
        if (fresh || shown)
            first_byte_ = now;
        hub_->watch_quiet(shared_from_this());
    }
    return got;
}

std::optional<reader::time_point> reader::show_quiet(time_point now)
{
    if (!framer_.waiting())
        return std::nullopt;
    auto const due = std::min(last_byte_ + quiet, first_byte_ + longest_wait);
    if (now < due)
        return due;
    show_rest(core::line_framer::after_this::more_may_come);
    return std::nullopt;
}

void reader::show_rest(core::line_framer::after_this then)
{
    if (auto const piece = framer_.rest(hub_->ends, then))
        hub_->pass(*to_, *piece, std::chrono::system_clock::now(), core::author::process);
}

void reader::close()
{
    if (!hub_ || ended_)
        return;
    for (int i = 0; fd_.is_open() && i < reads_at_close; ++i)
        if (read_once().next != os::output_read::then::more)
            break;
    ended();
}

// Ends the reader from inside a call of its owner, so `closed_` is called later.
void reader::ended()
{
    if (!hub_ || ended_)
        return;
    auto& io = hub_->io;
    auto const self = shared_from_this();
    end();
    // The descriptor stays open until then, because the owner may know its number.
    asio::post(io, [self] {
        boost::system::error_code closed;
        self->fd_.close(closed);
        self->tell();
    });
}

void reader::end()
{
    ended_ = true;
    show_rest();
    hub_->end_line(*to_);
    hub_->forget(*this);
    boost::system::error_code none_waiting;
    if (waiting_)
        fd_.cancel(none_waiting);
    hub_ = nullptr;
}

void reader::tell()
{
    if (auto const call = std::exchange(closed_, nullptr))
        call();
}

void reader::stop()
{
    hub_ = nullptr;
    closed_ = nullptr;
    boost::system::error_code closed;
    fd_.close(closed);
}

} // namespace procd::output
