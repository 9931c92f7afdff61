// procd check: prints the processes that would run and the findings in the files.
#include "procfile/port.hpp"
#include "procfile/text.hpp"
#include "supervisor/app/complain.hpp"
#include "supervisor/app/loader.hpp"
#include "supervisor/cli/verbs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace procd::cli {

namespace {

namespace json = boost::json;

void print(std::FILE* to, std::string const& text)
{
    std::fwrite(text.data(), 1, text.size(), to);
}

std::vector<int> ports_of(app::application const& app, std::string const& type)
{
    procfile::port_plan plan(app.base_port, app.spec.port_order());
    std::vector<int> ports;
    auto const count = app.counts.find(type);
    for (int n = 1; count != app.counts.end() && n <= count->second; ++n)
        if (auto const port = plan.port(type, n))
            ports.push_back(*port);
    return ports;
}

// The assignments of the env files as processes get them: a later one wins.
std::map<std::string, std::string> file_environment(app::application const& app)
{
    std::map<std::string, std::string> variables;
    for (auto const& a : app.spec.env)
        variables[a.key] = a.value;
    return variables;
}

// A duration as procd.toml spells it.
std::string toml_text(std::chrono::milliseconds span)
{
    bool const whole = span.count() % 1'000 == 0;
    return whole ? std::to_string(span.count() / 1'000) + 's' : std::to_string(span.count()) + "ms";
}

// The settings of a front port that have an effect, by their keys in procd.toml.
json::object front_json(app::application const& app, procfile::type_settings const& settings)
{
    auto const& front = settings.front;
    if (front.listen.empty())
        return {};
    json::object keys{
        {"share", front.passed_on() ? "listen_fds" : "proxy"},
        {"protocol", front.protocol == procfile::front_protocol::tcp ? "tcp" : "http"},
        {"hosts", json::array(front.hosts.begin(), front.hosts.end())},
    };
    if (front.passed_on())
        return keys;
    keys["concurrency"] = front.concurrency;
    keys["queue"] = front.queue;
    keys["queue_timeout"] = toml_text(front.queue_timeout);
    keys["hold"] = toml_text(app::hold_of(app, settings));
    keys["drain"] = toml_text(app::drain_of(app, settings));
    return keys;
}

json::object type_json(app::application const& app, procfile::type_spec const& type)
{
    auto const count = app.counts.find(type.name);
    json::array ports, listen;
    for (auto const& address : type.settings.front.listen)
        listen.push_back(json::string(procfile::to_string(address)));
    for (int const port : ports_of(app, type.name))
        ports.push_back(port);
    json::object row{
        {"name", type.name},         {"command", type.command},
        {"line", type.line},         {"count", count == app.counts.end() ? 0 : count->second},
        {"ports", std::move(ports)}, {"listen", std::move(listen)},
    };
    auto const front = front_json(app, type.settings);
    row.insert(front.begin(), front.end());
    return row;
}

json::object to_json(app::loaded const& seen, bool show_env)
{
    json::array types, diagnostics;
    for (auto const& type : seen.app.spec.types)
        types.push_back(type_json(seen.app, type));
    json::object env;
    for (auto const& [key, value] : file_environment(seen.app))
        env[key] = show_env ? value : "***";
    for (auto const& finding : seen.diagnostics)
        diagnostics.push_back(json::object{
            {"severity", procfile::to_string(finding.level)},
            {"file", finding.file},
            {"line", finding.line},
            {"column", finding.column},
            {"message", finding.message},
        });
    return {{"app", seen.app.name},
            {"types", std::move(types)},
            {"env", std::move(env)},
            {"diagnostics", std::move(diagnostics)}};
}

// " for shop.localhost, www.shop.localhost", or nothing for all hosts.
std::string hosts_text(std::vector<std::string> const& hosts)
{
    std::string text;
    for (auto const& host : hosts)
        text += (text.empty() ? " for " : ", ") + host;
    return text;
}

std::string listen_text(std::string const& type, procfile::front_settings const& front)
{
    auto const addresses = procfile::text::visible(procfile::to_string(front.listen));
    if (front.passed_on())
        return "every process of " + type + " gets the listening sockets of " + addresses;
    return type + " listens on " + addresses + hosts_text(front.hosts);
}

std::string to_text(app::loaded const& seen, bool show_env)
{
    std::size_t widest = 4;
    for (auto const& type : seen.app.spec.types)
        widest = std::max(widest, type.name.size());
    auto const row = [&](std::string const& name, std::string const& count, std::string const& port,
                         std::string const& command) {
        std::string text = name;
        text.append(widest + 4 - name.size(), ' ');
        text += count;
        text.append(count.size() < 9 ? 9 - count.size() : 1, ' ');
        text += port;
        text.append(port.size() < 9 ? 9 - port.size() : 1, ' ');
        return text + command + '\n';
    };
    auto text = row("TYPE", "COUNT", "PORT", "COMMAND");
    for (auto const& type : seen.app.spec.types) {
        auto const ports = ports_of(seen.app, type.name);
        auto const count = seen.app.counts.find(type.name);
        text += row(type.name, std::to_string(count == seen.app.counts.end() ? 0 : count->second),
                    ports.empty() ? "-" : std::to_string(ports.front()),
                    procfile::text::visible(type.command));
    }
    for (auto const& type : seen.app.spec.types)
        if (auto const& front = type.settings.front; !front.listen.empty())
            text += listen_text(type.name, front) + '\n';
    for (auto const& [key, value] : file_environment(seen.app))
        text += key + '=' + (show_env ? procfile::text::visible(value) : "***") + '\n';
    return text;
}

// Most warnings are advice, and the app runs as it is written.
bool fails(app::loaded const& seen)
{
    return std::any_of(seen.diagnostics.begin(), seen.diagnostics.end(), [](auto const& finding) {
        return finding.level == procfile::severity::error || finding.lost;
    });
}

} // namespace

int check(app::options const& given)
{
    auto const seen = load(given, app::verb::up);
    if (!seen) {
        app::complain(seen.error().message);
        return seen.error().usage ? app::exit_usage : app::exit_failure;
    }
    if (given.json) {
        print(stdout, json::serialize(to_json(*seen, given.show_env)) + '\n');
    } else {
        print(stderr, render(*seen, app::notes::shown));
        if (!procfile::has_error(seen->diagnostics))
            print(stdout, to_text(*seen, given.show_env));
    }
    return fails(*seen) ? app::exit_failure : 0;
}

} // namespace procd::cli
