// How a file reaches the disk:
// 1. save() and forget_release() put the new content, or the wish to remove the file, into the
//    queue (core/write_queue), which knows the order of the files, and what is on the disk.
// 2. begin() has hand_over() give all that waits to the worker thread, one batch at a time. Each
//    file is written atomically. The worker stops at the first file that it cannot write, so that
//    the disk never has a state that names a release which is not there.
// 3. The worker posts back how far it came. done() gives the rest back to the queue, which says
//    when to try again, reports the first failure, and tells everybody who waits.
// The thread touches only the contents that it was given. The work guard keeps the event loop alive
// until a batch is done, and the destructor joins the thread.
#include "supervisor/release/state_store.hpp"

#include "supervisor/os/atomic_file.hpp"
#include "supervisor/release/state_files.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>

#include <exception>
#include <string_view>
#include <utility>

namespace procd::release {

namespace asio = boost::asio;
namespace json = boost::json;
using kind = core::write_queue::kind;

state_store::state_store(asio::io_context& io, int dir_fd, std::function<void()> changed,
                         report tell)
    : io_(io), dir_fd_(dir_fd), changed_(std::move(changed)), tell_(std::move(tell)), retry_(io)
{
}

state_store::~state_store()
{
    if (worker_)
        worker_->join();
}

void state_store::save(core::kept_state const& state)
{
    want({state_files::state_file, kind::state, json::serialize(core::to_json(state)) + '\n'});
}

void state_store::save(core::release const& release)
{
    want({state_files::release_file(release.number), kind::release,
          json::serialize(core::to_json(release)) + '\n'});
}

void state_store::forget_release(int number)
{
    want({state_files::release_file(number), kind::release, std::nullopt});
}

void state_store::want(core::write_queue::file file)
{
    queue_.want(std::move(file));
    go_on();
}

// Begins the next attempt when it is due, or waits until it is.
void state_store::go_on()
{
    auto const due = queue_.due();
    if (!due)
        return;
    if (*due <= std::chrono::steady_clock::now())
        return begin();
    if (finishing_)
        return;
    retry_.expires_at(*due);
    retry_.async_wait([this](boost::system::error_code error) {
        if (!error)
            go_on();
    });
}

// Without memory or a thread the batch is as one of which nothing was written.
void state_store::begin()
{
    retry_.cancel();
    try {
        hand_over();
    } catch (std::exception const& error) {
        done({0, error.what()});
    }
}

void state_store::hand_over()
{
    if (!worker_)
        worker_.emplace(1);
    work_.emplace(io_.get_executor());
    auto job = [this, fd = dir_fd_, files = queue_.take(), &io = io_,
                alive = std::weak_ptr(alive_)] {
        auto made = write_all(fd, files);
        asio::post(io, [this, alive, made = std::move(made)] {
            if (!alive.expired())
                done(made);
        });
    };
    asio::post(*worker_, std::move(job));
}

state_store::attempt state_store::write_all(int dir_fd,
                                            std::vector<core::write_queue::file> const& files)
{
    attempt made;
    try {
        for (auto const& file : files) {
            auto const written = file.content
                                     ? os::write_file_atomically(dir_fd, file.name, *file.content)
                                     : os::remove_file(dir_fd, file.name);
            if (!written) {
                made.failure = file.name + ": " + written.error().message();
                break;
            }
            ++made.written;
        }
    } catch (std::exception const& error) { // no memory; nobody could catch it in the thread
        made.failure = error.what();
    }
    return made;
}

void state_store::done(attempt const& made)
{
    queue_.over(made.written, made.failure, std::chrono::steady_clock::now());
    work_.reset();
    tell_of(made.failure);
    go_on();
    changed_();
}

void state_store::tell_of(std::string const& failure)
{
    bool const failed = !failure.empty(), before = std::exchange(failing_, failed);
    if (failed && finishing_)
        tell_(news::failed,
              "the state could not be written (" + failure + "); the next start has an older one");
    else if (failed && !before)
        tell_(news::failed, "the state cannot be written (" + failure +
                                "); it is tried again, and lost if procd ends before that");
    else if (!failed && before)
        tell_(news::mended, "the state is written again");
}

void state_store::finish()
{
    finishing_ = true;
    retry_.cancel();
    if (queue_.due())
        begin();
}

bool state_store::over() const
{
    return !work_ && (finishing_ || !queue_.due());
}

} // namespace procd::release
