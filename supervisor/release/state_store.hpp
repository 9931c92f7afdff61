// Writes the state that is kept on the disk: state.json and the releases. A worker thread does
// that, because a disk may be slow. The answer to a client waits until the promised state is
// written.
#pragma once

#include "supervisor/core/kept_state.hpp"
#include "supervisor/core/release.hpp"
#include "supervisor/core/write_queue.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procd::release {

class state_store {
public:
    // A message is about a write that failed, or about one that works again.
    enum class news { failed, mended };
    using report = std::function<void(news, std::string_view)>;

    // Keeps the state in the directory `dir_fd`, which must stay open. `changed` is called after
    // each attempt to write. `tell` is called when a write fails, once until writes work again, and
    // then a second time.
    state_store(boost::asio::io_context& io, int dir_fd, std::function<void()> changed,
                report tell);
    // Waits for the write that is under way.
    ~state_store();

    // These calls ask for a write and return at once. When several states wait, only the last is
    // written. A release is on the disk before any state that was saved after it.
    void save(core::kept_state const& state);
    void save(core::release const& release);
    void forget_release(int number);

    // Which of the writes that were asked for are on the disk, and why others are not.
    core::write_queue const& queue() const { return queue_; }

    // procd ends: files that could not be written are tried once more, and then no more. over() is
    // true when nothing is under way, and nothing will be.
    void finish();
    bool over() const;

private:
    // How far the worker came, in the order of the files.
    struct attempt {
        std::size_t written = 0;
        std::string failure;
    };
    static attempt write_all(int dir_fd, std::vector<core::write_queue::file> const& files);

    void want(core::write_queue::file file);
    void go_on();
    void begin();
    void hand_over();
    void done(attempt const& made);
    void tell_of(std::string const& failure);

    boost::asio::io_context& io_;
    int dir_fd_;
    std::function<void()> changed_;
    report tell_;
    core::write_queue queue_;
    boost::asio::steady_timer retry_;
    std::optional<boost::asio::thread_pool> worker_; // from the first write on
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    bool failing_ = false, finishing_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

} // namespace procd::release
