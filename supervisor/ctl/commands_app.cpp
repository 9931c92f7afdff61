// The commands about the app as a whole and about procd itself.
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/follow.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <chrono>

namespace ctl {

namespace json = boost::json;

void show_status(context& c, arguments const&)
{
    auto const answer = c.procd().call({"GET", "/v1/status"});
    if (c.options().json)
        return print_json(answer);
    print(status_text(view_of<core::api::status_view>(answer), std::chrono::system_clock::now()));
}

void shut_down(context& c, arguments const& a)
{
    goal g;
    g.target = "/v1/shutdown";
    g.title = "Stopping " + c.app() + "...";
    g.style = progress_line::style::block;
    if (!a.flag("--no-wait"))
        return carry_out(c, g);
    carry_out_without_waiting(c, g);
    if (!c.silent())
        print(g.title + "\nnot waiting until it is done\n");
}

void show_events(context& c, arguments const& a)
{
    std::string target =
        "/v1/events?lines=" + std::to_string(line_count(a, a.flag("--follow") ? 10 : 1000));
    if (a.flag("--follow")) {
        target += "&follow=true";
        leave_quietly_on_interrupt();
    }
    c.procd().stream({"GET", target}, [&](std::string_view line) {
        if (c.options().json) {
            print_json_text(line);
            return;
        }
        auto const v = parse_json(line);
        if (!say_missed(v, "events"))
            print(event_text(view_of<core::api::event>(v)));
    });
}

void print_completion(context&, arguments const& a)
{
    print(completion_script(a.words.front()));
}

} // namespace ctl
