#include "supervisor/daemon/caretaker.hpp"

#include "supervisor/control/server.hpp"
#include "supervisor/daemon/premises.hpp"
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/os/daemonize.hpp"
#include "supervisor/output/hub.hpp"

#include <utility>

namespace procd::daemon {

void caretaker::serve(supervisor& boss, control::server& server)
{
    boss_ = &boss;
    server_ = &server;
}

void caretaker::look()
{
    if (boss_ == nullptr || looking_) // what it has kept again asks for a look
        return;
    looking_ = true;
    struct end_of_look {
        bool& looking;
        ~end_of_look() { looking = false; } // also after an exception
    } const end{looking_};
    if (look_after_state() && look_after_socket())
        failing_ = false;
}

bool caretaker::look_after_state()
{
    auto const state = place_.look_after(boss_->history().current()->record.root);
    if (!state) {
        failed(state.error().message);
        return false;
    }
    if (*state == premises::found::in_place)
        return true;
    if (background_ != nullptr)
        static_cast<void>(background_->reopen_log(place_.state().fd()));
    hub_.reopen_files();
    hub_.system(place_.state().path() + " was removed; it is made again");
    boss_->keep_all();
    return true;
}

// It comes after the state directory. If that has a planted one in its place, a socket that is made
// in the old one would be found by nobody.
bool caretaker::look_after_socket()
{
    auto const socket = server_->listen_again();
    if (!socket) {
        failed("cannot listen at " + place_.socket() + ": " + socket.error().message());
        return false;
    }
    if (*socket == control::server::listening::anew)
        hub_.system("the socket " + place_.socket() + " was removed; it is made again");
    return true;
}

void caretaker::failed(std::string const& why)
{
    if (!std::exchange(failing_, true))
        hub_.system(why + "; everything runs on, and HUP tries again", output::level::error);
}

} // namespace procd::daemon
