// procd's side of the front port: it starts the router when a type needs one, and tells it the
// whole picture each time something in it has changed.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/daemon/listeners.hpp"
#include "supervisor/daemon/router_process.hpp"
#include "supervisor/daemon/router_questions.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/front/messages.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::formation {
class formation;
}

namespace procd::daemon {

class router {
public:
    router(process::services& with, formation::formation const& all, listeners& sockets);

    // Looks at the app, at its processes and at the sockets, and tells the router what is new.
    // Returns when to try again, if the router could not be told.
    std::optional<core::time_point> look(std::shared_ptr<app::content const> const& release);
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
    // The same, but a question that is not answered yet serves again: however many clients ask, a
    // router that stands still has one question to answer.
    std::optional<std::uint64_t> question();
    // Absent: the router that runs has not answered yet, or none runs.
    std::optional<answer> const& last_answer() const { return answer_; }
    // -1: no router runs.
    int pid() const { return running_ ? process_.pid() : -1; }
    // A type needs the router, and the app is not being stopped.
    bool needed() const { return !closed_ && sockets_.router_wanted(); }
    // Why it does not run, once it has failed.
    std::optional<router_process::failure> failure() const { return process_.last_failure(); }
    listeners const& sockets() const { return sockets_; }

    // The number of the picture with every pause and maintenance that commands have set. Absent:
    // the next look() makes it.
    std::optional<std::uint64_t> picture_of_routing() const;
    // The router has taken up this picture. If that is not known yet, the router is asked, once.
    bool has_taken_up(std::uint64_t picture);

    // The app is being stopped, and the sockets are closed. Requests in flight go on.
    void close() { closed_ = true; }
    // The app is over.
    void end() { process_.end(); }
    bool over() const { return process_.over(); }

private:
    void read_error_page(std::shared_ptr<app::content const> const& release);
    void forget_questions();
    front::picture picture_of(app::application const& app) const;
    front::fronted_type type_of(app::application const& app, formation::type const& t) const;
    void tell(front::picture next);
    void cannot_tell(std::string why);
    void heard(front::report const& told);

    process::services& with_;
    formation::formation const& formation_;
    formation::rotation rotation_;
    listeners& sockets_;
    std::shared_ptr<app::content const> page_of_; // the release whose error page was read
    std::string unavailable_page_;
    front::picture told_; // what the router knows
    std::uint64_t number_ = 0, runs_ = 0;
    router_questions questions_;
    std::optional<answer> answer_;
    std::optional<core::time_point> tell_again_; // the last picture could not be sent
    std::string not_told_;                       // why, as it was said
    bool running_ = false, closed_ = false;
    router_process process_; // calls the others
};

} // namespace procd::daemon
