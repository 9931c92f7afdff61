// Looks after what somebody may remove while procd runs, as `git clean` does: the state directory
// with its lock and its log files, and the socket.
#pragma once

#include <string>

namespace os {
class background;
}
namespace procd::output {
class hub;
}
namespace procd::control {
class server;
}

namespace procd::daemon {

class premises;
class supervisor;

class caretaker {
public:
    // `background` is null in the foreground.
    caretaker(premises& place, output::hub& hub, os::background* background)
        : place_(place), hub_(hub), background_(background)
    {
    }
    // Whoever keeps something in the state directory. Before this call look() does nothing.
    void serve(supervisor& boss, control::server& server);

    // Makes again what was removed, and has everything written into it anew. It is called at HUP,
    // at USR1 and before a change is kept. A failure is reported once until it has gone.
    void look();

private:
    // False after a failure, which is reported.
    bool look_after_state();
    bool look_after_socket();
    void failed(std::string const& why);

    premises& place_;
    output::hub& hub_;
    os::background* background_;
    supervisor* boss_ = nullptr;
    control::server* server_ = nullptr;
    bool looking_ = false, failing_ = false;
};

} // namespace procd::daemon
