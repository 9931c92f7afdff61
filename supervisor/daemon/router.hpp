// procd's side of the front port: it starts the router when a type needs one, and tells it the
// whole picture each time something in it has changed.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/daemon/listeners.hpp"
#include "supervisor/daemon/router_process.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/front/messages.hpp"

#include <string>

namespace procd::formation {
class formation;
}

namespace procd::daemon {

class router {
public:
    router(process::services& with, formation::formation const& all, listeners& sockets);

    // Looks at the app, at its processes and at the sockets, and tells the router what is new.
    void look(app::application const& app);
    // The app is being stopped, and the sockets are closed. What is in flight goes on.
    void close() { closed_ = true; }
    // The app is over.
    void end() { process_.end(); }
    bool over() const { return process_.over(); }

private:
    void read_error_page(app::application const& app);
    front::picture picture_of(app::application const& app) const;
    front::fronted_type type_of(app::application const& app, formation::type const& t) const;
    void tell(front::picture next);
    void heard(front::report const& told);

    process::services& with_;
    formation::formation const& formation_;
    formation::rotation rotation_;
    listeners& sockets_;
    app::application const* page_of_ = nullptr; // whose error page was read
    std::string unavailable_page_;
    front::picture told_; // what the router knows
    std::uint64_t number_ = 0;
    bool running_ = false, closed_ = false;
    router_process process_; // calls the others
};

} // namespace procd::daemon
