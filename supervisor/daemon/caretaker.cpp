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
    if (boss_ == nullptr || std::exchange(looking_, true)) // what it has kept again asks for a look
        return;
    auto const state = place_.look_after(boss_->history().current()->record.root);
    if (!state) {
        failed(state.error().message);
    } else if (*state == premises::found::made_again) {
        if (background_ != nullptr)
            static_cast<void>(background_->reopen_log(place_.state().fd()));
        hub_.reopen_files();
        hub_.system(place_.state().path() + " was removed; it is made again");
        boss_->keep_all();
    }
    auto const socket = server_->listen_again();
    if (!socket)
        failed("cannot listen at " + place_.socket() + ": " + socket.error().message());
    else if (*socket == control::server::listening::anew)
        hub_.system("the socket " + place_.socket() + " was removed; it is made again");
    if (state && socket)
        failing_ = false;
    looking_ = false;
}

void caretaker::failed(std::string const& why)
{
    if (!std::exchange(failing_, true))
        hub_.system(why + "; everything runs on, and HUP tries again", output::level::error);
}

} // namespace procd::daemon
