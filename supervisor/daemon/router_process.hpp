// The router's process: starts it, speaks with it, and starts it again when it has died. Its lines
// enter the log as those of `router`.
#pragma once

#include "supervisor/front/channel.hpp"
#include "supervisor/front/messages.hpp"
#include "supervisor/loop/agenda.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/message_socket.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/child.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::process {
struct services;
}

namespace procd::daemon {

class router_process {
public:
    struct owner {
        std::function<void()> started;                    // it knows nothing yet
        std::function<void()> lost;                       // with all its requests
        std::function<void(front::report const&)> report; // what it tells
    };
    router_process(process::services& with, owner of);
    ~router_process();

    // It runs from now on, as this user (null: procd's own).
    void run(os::user_identity const* as);
    // Closes procd's end of the pair, which ends the router. KILL follows after a second.
    void end();
    // Nothing of it is left.
    bool over() const { return !child_; }
    int pid() const { return child_ ? child_->pid() : -1; }
    // Why the router is not running, and when it is started next.
    struct failure {
        std::string why;
        std::chrono::steady_clock::time_point next_attempt;
    };
    std::optional<failure> const& last_failure() const { return last_failure_; }

    // Only between started() and lost(). The error says why the router does not get it.
    os::result<void> send(front::order const& what, std::vector<int> const& descriptors = {});

private:
    std::optional<std::chrono::steady_clock::time_point> look();
    void launch();
    os::result<os::child> launch_with(os::message_socket const& its_end);
    void begin(os::child made, os::message_socket own_end);
    void heard(std::string const& bytes);
    void ended(core::exit_status const& status);
    void failed_to_start(std::string const& why);

    process::services& with_;
    owner of_;
    std::shared_ptr<output::source> lines_;
    std::shared_ptr<output::reader> reader_;
    std::optional<process::child> child_;
    std::unique_ptr<front::channel> channel_;
    std::optional<os::user_identity> user_;
    bool wanted_ = false, asked_to_end_ = false;
    int failures_ = 0; // in a row
    std::optional<failure> last_failure_;
    std::chrono::steady_clock::time_point started_{};
    std::optional<std::chrono::steady_clock::time_point> start_at_, kill_at_;
    loop::agenda::item next_look_;
};

} // namespace procd::daemon
