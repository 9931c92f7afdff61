// The things that one procd holds on the machine, so that no second one runs the same app: the
// locks of the app's home and root, and the state directory. The socket's path follows from them.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/app/options.hpp"
#include "supervisor/os/log_file.hpp"
#include "supervisor/os/root_lock.hpp"
#include "supervisor/os/state_dir.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace procd::daemon {

class premises {
public:
    // Locks home and root, opens the state directory and locks it. The error is a sentence for the
    // user.
    static os::state_dir_result<premises> take(app::options const& given,
                                               app::application const& app);

    // Opens the state directory of an earlier run, without a lock. Nothing if there is none, or it
    // cannot be opened.
    static std::optional<os::state_dir> existing_state(std::string const& home);

    os::state_dir& state() { return state_; }
    // The path of the control socket, and the open directory that it is in; -1: that of the path.
    std::string const& socket() const { return socket_; }
    int socket_directory() const { return socket_in_state_ ? state_.fd() : -1; }
    // Where the log files are; nothing when the app has none.
    std::optional<os::log_place> logs(app::application const& app) const;
    // Remarks for the user about the choice, one sentence each.
    std::vector<std::string> const& notes() const { return notes_; }

    // The locks of home and root belong to the process that took them. Before a fork whose child
    // goes on, the parent releases them, and the child takes them.
    void release_roots();
    os::state_dir_result<void> lock_roots();

    // Makes the state directory again if it was removed or moved, and locks the home or the root
    // again if it was replaced. A deploy has led to another root. Whatever fails stays as it is,
    // and is tried again at the next call.
    enum class found { in_place, made_again };
    os::state_dir_result<found> look_after(std::string const& root);

private:
    os::state_dir_result<os::state_dir> open_state(app::application const& app);

    std::string home_;
    std::vector<std::string> roots_; // to be locked: home and root; none for another app in there
    std::vector<os::root_lock> locks_;
    std::set<std::string> warned_; // of roots that cannot be locked
    os::state_dir state_;
    std::string socket_;
    bool socket_in_state_ = false;
    std::vector<std::string> notes_;
};

// The reason why root's procd must not write into the log directory that [logs] names, with the
// remedy. Empty when it may, or is not root.
std::string refuse_logs(app::application const& app);

} // namespace procd::daemon
