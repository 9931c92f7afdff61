// procd's side of the front port: it opens the listening sockets, starts the router when a type
// needs one, and tells it the whole picture each time something in it has changed.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/daemon/front_sockets.hpp"
#include "supervisor/daemon/router_process.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/front/messages.hpp"
#include "supervisor/os/passed_sockets.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace procd::formation {
class formation;
}

namespace procd::daemon {

class router {
public:
    // `passed` are the sockets that systemd has passed to procd.
    router(process::services& with, formation::formation const& all,
           std::vector<os::passed_socket> passed);

    // Looks at the app and at its processes, and tells the router what is new. Opens the sockets of
    // addresses that are new, and closes those that no type has any more. Returns when to try an
    // address again on which somebody else listens.
    std::optional<core::time_point> look(app::application const& app);
    // The figures of the router's last answer. `question` is the number of the question.
    struct answer {
        std::uint64_t question = 0;
        std::uint64_t run = 0; // which start of the router; another one began its sums anew
        core::time_point at;
        std::vector<front::type_figures> types;
    };
    // Asks the router for its figures and returns the question's number. services::changed tells
    // that the answer has come. Absent: no router runs.
    std::optional<std::uint64_t> ask();
    // Absent: the router that runs has not answered yet, or none runs.
    std::optional<answer> const& last_answer() const { return answer_; }
    // -1: no router runs.
    int pid() const { return running_ ? process_.pid() : -1; }

    // The app is being stopped: the sockets are closed first. What is in flight goes on.
    void close();
    // The app is over.
    void end() { process_.end(); }
    bool over() const { return process_.over(); }

private:
    struct open_socket {
        int id = 0;
        procfile::listen_address wanted; // that it was opened for
        front_socket socket;
        bool told = false; // the router that runs now has it
    };

    void open_sockets(app::application const& app);
    void open(procfile::listen_address const& at, procfile::router_settings const& with);
    std::vector<procfile::listen_address> wanted_addresses() const;
    bool is_open(procfile::listen_address const& at) const;
    void read_error_page(app::application const& app);
    front::picture picture_of(app::application const& app) const;
    front::fronted_type type_of(app::application const& app, formation::type const& t) const;
    void tell(front::picture next);
    void heard(front::report const& told);

    process::services& with_;
    formation::formation const& formation_;
    formation::rotation rotation_;
    std::vector<os::passed_socket> passed_;
    std::vector<open_socket> sockets_;
    std::set<std::string> refused_; // the reasons why addresses are not open, as they were said
    std::optional<core::time_point> try_again_;
    app::application const* page_of_ = nullptr; // whose error page was read
    std::string unavailable_page_;
    front::picture told_; // what the router knows
    std::uint64_t number_ = 0, questions_ = 0, runs_ = 0;
    std::optional<answer> answer_;
    int last_socket_ = 0;
    bool running_ = false, closed_ = false;
    router_process process_; // calls the others
};

} // namespace procd::daemon
