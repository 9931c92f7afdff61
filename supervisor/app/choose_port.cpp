#include "supervisor/app/choose_port.hpp"

#include "procfile/port.hpp"
#include "supervisor/app/choose_fronts.hpp"
#include "supervisor/core/process_id.hpp"
#include "supervisor/os/port_owner.hpp"

#include <algorithm>
#include <charconv>

namespace procd::app {

namespace {

using boost::system::result;

std::optional<int> parse_port(std::string const& text)
{
    int number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > 65535)
        return std::nullopt;
    return number;
}

// The value of PORT in the env files. The last one counts, and an empty one is none.
std::optional<std::string> port_of_env_files(procfile::app_spec const& spec)
{
    for (auto a = spec.env.rbegin(); a != spec.env.rend(); ++a)
        if (a->key == "PORT")
            return a->value.empty() ? std::nullopt : std::optional(a->value);
    return std::nullopt;
}

// The first of 5000, 6000, … whose ports for the wanted processes are all free.
int free_base(application const& app)
{
    for (int base = 5000; base < 65000; base += 1000) {
        procfile::port_plan plan(base, app.spec.port_order());
        bool taken = front_inside_block(app, base);
        for (auto const& [type, count] : app.counts)
            for (int n = 1; n <= std::max(count, 1) && !taken; ++n)
                if (auto const port = plan.port(type, n))
                    taken = os::port_taken(*port);
        if (!taken)
            return base;
    }
    return 5000;
}

} // namespace

result<void, load_error> choose_port(options const& given, loaded& seen)
{
    auto& app = seen.app;
    if (given.port == "auto") {
        app.base_port = free_base(app);
        seen.notes.push_back("base port " + std::to_string(app.base_port) + " (--port auto)");
        return {};
    }
    std::optional<std::string> text = given.port;
    std::string from = "--port";
    if (!text && (text = port_of_env_files(app.spec)))
        from = "PORT of the env file";
    auto const own = app.own_environment.find("PORT");
    if (!text && own != app.own_environment.end() && !own->second.empty()) {
        text = own->second;
        from = "$PORT";
    }
    if (!text) {
        app.base_port = app.spec.settings.port.value_or(5000);
        return {};
    }
    auto const number = parse_port(*text);
    if (!number)
        return load_error{from + ": '" + *text + "' is no port; use 1 to 65535" +
                              (given.port ? " or 'auto'" : ""),
                          given.port.has_value()};
    app.base_port = *number;
    return {};
}

void warn_of_missing_ports(loaded& seen)
{
    auto const& app = seen.app;
    procfile::port_plan plan(app.base_port, app.spec.port_order());
    for (auto const& type : app.spec.types) {
        auto const count = app.counts.find(type.name);
        int const wanted = count == app.counts.end() ? 1 : std::max(count->second, 1);
        int first = 1;
        while (first <= wanted && plan.port(type.name, first))
            ++first;
        if (first > wanted)
            continue;
        seen.diagnostics.push_back(
            {procfile::severity::warning, seen.files.procfile ? seen.files.procfile->name : "",
             type.source_line, 1,
             "no port is left for " + core::process_id{type.name, first}.str() + ": from base " +
                 std::to_string(app.base_port) + " on, its port would be above " +
                 std::to_string(procfile::port_plan::last_port) +
                 "; it runs without PORT, so choose a lower base port (-p)"});
        seen.diagnostics.back().lost = true;
    }
}

} // namespace procd::app
