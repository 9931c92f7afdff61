// The commands about processes.
#include "procfile/config.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace ctl {

namespace json = boost::json;

void list_processes(context& c, arguments const& a)
{
    auto const shown = a.flag("--wide") ? columns::wide : columns::usual;
    if (a.words.empty())
        return print_processes(c, std::nullopt, shown);
    auto const& name = a.words.front();
    if (!core::parse_process_id(name))
        return print_processes(c, name, shown);
    auto const answer = c.procd().call({"GET", "/v1/processes/" + encode(name)});
    auto const process = view_of<core::api::process_view>(answer);
    if (c.options().json)
        print_json(json::array{core::api::to_json(process)});
    else if (c.options().quiet)
        print(process.name + "\n");
    else
        print(processes_text({process}, shown));
}

void describe_processes(context& c, arguments const& a)
{
    auto const& name = a.words.front();
    bool const one = core::parse_process_id(name).has_value();
    std::vector<std::string> names;
    if (one) {
        names.push_back(name);
    } else {
        auto const answer =
            c.procd().call({"GET", "/v1/processes?usage=false&type=" + encode(name)});
        if (auto const* array = answer.if_array())
            for (auto const& item : *array)
                names.push_back(view_of<core::api::process_view>(item).name);
    }
    json::array details;
    for (auto const& each : names)
        details.push_back(c.procd().call({"GET", "/v1/processes/" + encode(each)}));
    if (c.options().json)
        return print_json(one ? details.front() : json::value(details));
    if (details.empty())
        return print("No processes found in " + c.app() + " app.\n");
    std::string text;
    for (auto const& detail : details)
        text +=
            (text.empty() ? "" : "\n") + describe_text(view_of<core::api::process_detail>(detail));
    print(text);
}

void delete_processes(context& c, arguments const& a)
{
    carry_out(c, {"DELETE", "/v1/processes/" + encoded_list(a.words), std::nullopt,
                  "Deleting " + spoken_list(a.words) + " from " + c.app() + "... "});
}

void stop_processes(context& c, arguments const& a)
{
    carry_out(c, {"POST", "/v1/processes/" + encoded_list(a.words) + "/stop", std::nullopt,
                  "Stopping " + spoken_list(a.words) + " in " + c.app() + "... "});
}

void start_processes(context& c, arguments const& a)
{
    carry_out(c, {"POST", "/v1/processes/" + encoded_list(a.words) + "/start", std::nullopt,
                  "Starting " + spoken_list(a.words) + " in " + c.app() + "... "});
}

void signal_processes(context& c, arguments const& a)
{
    auto const& name = a.words[0];
    auto const& signal = a.words[1];
    auto const number = procfile::parse_signal(signal);
    if (!number)
        throw failure{exit_usage,
                      "'" + signal + "' is not a signal; use a name such as TERM, HUP or USR1"};
    auto const answer = c.procd().call({"POST", "/v1/processes/" + encode(name) + "/signal",
                                        json::serialize(json::object{{"signal", *number}})});
    if (c.options().json)
        print_json(answer);
    auto const* object = answer.if_object();
    auto const* signaled = object ? object->if_contains("signaled") : nullptr;
    if (!signaled || !signaled->is_array())
        unreadable("no list of the processes that got the signal");
    std::vector<std::string> names;
    for (auto const& each : signaled->get_array())
        if (each.is_string())
            names.push_back(without_controls(std::string_view(each.get_string())));
    if (names.empty())
        throw failure{exit_failed, "no process of " + name + " is running"};
    if (!c.silent())
        print("Sending " + procfile::signal_name(*number) + " to " + spoken_list(names) +
              "... done\n");
}

} // namespace ctl
