// The state that is kept on the disk: state.json and the releases. The one worker thread writes it,
// because a disk may be slow. The answer to a client waits until the promised state is written.
#pragma once

#include "supervisor/core/kept_state.hpp"
#include "supervisor/core/release.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

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
    static constexpr int releases_kept = 10;

    // Keeps the state in the directory `dir_fd`, which must stay open. `changed` is called after
    // each write. `complain` is called when a write fails, once until a write works again.
    state_store(boost::asio::io_context& io, int dir_fd, std::function<void()> changed,
                std::function<void(std::string_view)> complain);
    // Waits for the write that is under way.
    ~state_store();

    // The state that was kept. A file that is torn or has another form is not used and not deleted;
    // it gets another name, and `notes` tell the user.
    struct kept {
        std::optional<core::kept_state> state;
        std::map<int, core::release> releases;
        std::vector<std::string> notes;
    };
    static kept load(int dir_fd);

    // These calls ask for a write and return at once. When several states wait, only the last is
    // written. A release is on the disk before any state that was saved after it.
    void save(core::kept_state const& state);
    void save(core::release const& release);
    void forget_release(int number);

    // The ticket of the last call above.
    std::uint64_t asked() const { return asked_; }
    // True when everything up to this ticket is on the disk, or its failure was reported.
    bool durable(std::uint64_t ticket) const { return written_ >= ticket; }

private:
    using contents = std::map<std::string, std::optional<std::string>>; // absent: remove

    void want(std::string name, std::optional<std::string> content);
    void begin();
    void done(std::uint64_t ticket, std::string const& failure);

    boost::asio::io_context& io_;
    int dir_fd_;
    std::function<void()> changed_;
    std::function<void(std::string_view)> complain_;
    std::optional<boost::asio::thread_pool> worker_; // from the first write on
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    contents waiting_;
    std::uint64_t asked_ = 0, written_ = 0;
    bool failing_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

} // namespace procd::release
