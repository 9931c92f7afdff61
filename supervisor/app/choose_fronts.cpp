#include "supervisor/app/choose_fronts.hpp"

#include "procfile/front_ports.hpp"
#include "procfile/port.hpp"
#include "procfile/procfile.hpp"
#include "procfile/text.hpp"
#include "supervisor/os/file.hpp"

#include <algorithm>
#include <utility>

namespace procd::app {

namespace {

using boost::system::result;
using procfile::listen_address;

// A value of --listen in its two parts.
struct given_address {
    std::string type, address;
    bool names_type = false;
};

// The part before the first '=' is a type if it has the form of one; a path may have a '=' too.
given_address split_option(std::string const& text)
{
    auto const equals = text.find('=');
    if (equals == std::string::npos || !procfile::valid_type(text.substr(0, equals)))
        return {"web", text, false};
    return {text.substr(0, equals), text.substr(equals + 1), true};
}

load_error no_such_type(given_address const& given, application const& app)
{
    auto const names = app.spec.type_names();
    if (given.names_type)
        return {"--listen: no process type '" + given.type + '\'' +
                    procfile::did_you_mean(given.type, names),
                true};
    auto const other = names.empty() ? std::string{"TYPE"} : names.front();
    return {"--listen: there is no type 'web', for which an address alone is; name one: --listen " +
                other + '=' + given.address,
            true};
}

bool share_address(procfile::type_spec const& a, procfile::type_spec const& b)
{
    auto const& others = b.settings.front.listen;
    return std::any_of(a.settings.front.listen.begin(), a.settings.front.listen.end(),
                       [&](listen_address const& mine) {
                           return std::any_of(others.begin(), others.end(), [&](auto const& other) {
                               return mine.same_socket(other);
                           });
                       });
}

// The types of one address that the command line gives to several are told apart by names that lead
// to this machine by themselves: api.shop.localhost. `web`, or else the first of them, gets all
// other hosts.
void add_hosts(application& app)
{
    auto const is_first = [&](procfile::type_spec const& type) {
        for (auto const& other : app.spec.types) {
            if (other.name == type.name || !share_address(type, other))
                continue;
            if (other.name == "web" || (type.name != "web" && &other < &type))
                return false;
        }
        return true;
    };
    for (auto const& type : app.spec.types)
        if (auto const given = app.listen.find(type.name);
            given != app.listen.end() && type.settings.front.hosts.empty() && !is_first(type))
            given->second.hosts = {
                procfile::text::lower_case(type.name + '.' + app.name + ".localhost")};
}

// The block of ports in which the port is, by its type and its first port.
struct block {
    std::string type;
    int first = 0;
};
std::optional<block> block_of(application const& app, int base, int port)
{
    procfile::port_plan const plan(base, app.spec.port_order());
    for (auto const& name : app.spec.port_order())
        if (auto const first = plan.first_port(name);
            first && port >= *first && port < *first + procfile::port_plan::block_size)
            return block{name, *first};
    return std::nullopt;
}

std::string inside_text(listen_address const& address, block const& ports)
{
    auto const last = ports.first + procfile::port_plan::block_size - 1;
    return procfile::to_string(address) + " is inside the ports " + std::to_string(ports.first) +
           " to " + std::to_string(last) + ", which the processes of '" + ports.type +
           "' get as PORT; choose another port, or another base port (-p)";
}

std::string config_name(loaded const& seen)
{
    return seen.files.config ? seen.files.config->name : "";
}

// A finding at a key of procd.toml: "front.user".
procfile::diagnostic at_key(loaded const& seen, procfile::severity level, std::string const& key,
                            std::string message)
{
    auto const& places = seen.app.spec.settings.places;
    auto const found = places.find(key);
    auto const at = found == places.end() ? procfile::position{} : found->second;
    return {level, config_name(seen), at.line, at.column, std::move(message)};
}

// Reports an address inside a block of ports. It is an error in the type's own block, and a warning
// in that of another type, whose processes may not listen at all.
result<void, load_error> check_block(loaded& seen, procfile::type_spec const& type,
                                     listen_address const& address)
{
    // A port without an address is reported once, although it means two addresses.
    if (address.type != listen_address::kind::tcp ||
        address.needed == listen_address::need::where_possible)
        return {};
    auto const inside = block_of(seen.app, seen.app.base_port, address.port);
    if (!inside)
        return {};
    bool const own = inside->type == type.name;
    bool const by_option = seen.app.listen.contains(type.name);
    auto const text = inside_text(address, *inside);
    if (own && by_option)
        return load_error{"--listen: " + text, true};
    auto const at = by_option ? procfile::position{}
                              : procfile::place_of(seen.app.spec.settings, type.name, "listen");
    seen.diagnostics.push_back({own ? procfile::severity::error : procfile::severity::warning,
                                by_option ? "" : config_name(seen), at.line, at.column,
                                (by_option ? "--listen: " : "") + text});
    return {};
}

// Warns of settings without effect, and of probes that ask the wrong port. The shell is worth a
// note alone: some shells become the last command of their line, and some programs take descriptor
// 3 without a look at LISTEN_PID.
void check_settings(loaded& seen)
{
    auto const& spec = seen.app.spec;
    std::vector<procfile::diagnostic> found;
    for (auto const& problems : {procfile::idle_settings(spec), procfile::misplaced_probes(spec)})
        for (auto const& problem : problems) {
            auto const at = procfile::place_of(spec.settings, problem.type, problem.key);
            found.push_back({procfile::severity::warning, config_name(seen), at.line, at.column,
                             problem.message});
        }
    if (spec.settings.places.contains("front") && !procfile::listens(spec))
        found.push_back(at_key(seen, procfile::severity::warning, "front",
                               "[front] has no effect without listen, which no type has"));
    std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    seen.diagnostics.insert(seen.diagnostics.end(), found.begin(), found.end());
    for (auto const& type : spec.types)
        if (procfile::shell_gets_sockets(type))
            seen.diagnostics.push_back(
                {procfile::severity::note, seen.files.procfile ? seen.files.procfile->name : "",
                 type.source_line, 1,
                 "the listening sockets of '" + type.name +
                     "' are for the pid of the shell that runs its command (LISTEN_PID); write "
                     "exec before the program that is to get them"});
}

// The command line may have given the type its front port.
void check_rule(loaded& seen, procfile::type_spec const& type)
{
    auto const& rule = type.settings.autoscale;
    if (!rule || !rule->concurrency)
        return;
    auto const why = procfile::uncounted(type);
    if (why.empty())
        return;
    auto const& settings = seen.app.spec.settings;
    auto const at = procfile::place_of(settings, type.name, "autoscale.concurrency");
    seen.diagnostics.push_back(
        {procfile::severity::error, config_name(seen), at.line, at.column,
         "autoscale.concurrency: " + why + ", or set cpu_percent in place of concurrency"});
}

void check_router(loaded& seen)
{
    auto const& front = seen.app.spec.settings.front;
    if (!front.socket_group.empty() && !os::find_group(front.socket_group))
        seen.diagnostics.push_back(at_key(seen, procfile::severity::error, "front.socket_group",
                                          "no group '" + front.socket_group + "' on this machine"));
    if (!front.error_page)
        return;
    auto const path = error_page_path(seen.app, *front.error_page);
    if (auto const read = os::read_file(path, largest_error_page); !read)
        seen.diagnostics.push_back(at_key(seen, procfile::severity::warning, "front.error_page",
                                          path + " cannot be read: " + read.error().message() +
                                              "; procd's own page is sent"));
}

} // namespace

result<void, load_error> choose_fronts(options const& given, application& app, occasion when)
{
    for (auto const& text : given.listen) {
        auto const option = split_option(text);
        if (!app.spec.find(option.type)) {
            if (when == occasion::reload)
                continue;
            return no_such_type(option, app);
        }
        auto const addresses = procfile::parse_listen_address(option.address);
        if (!addresses)
            return load_error{"--listen " + text + ": the address " + addresses.error(), true};
        auto& all = app.listen[option.type].listen;
        all.insert(all.end(), addresses->begin(), addresses->end());
        if (auto const why = procfile::clash(all); !why.empty())
            return load_error{"--listen " + why, true};
    }
    procfile::set_fronts(app.spec, app.listen);
    if (app.started_as == verb::up) {
        add_hosts(app);
        procfile::set_fronts(app.spec, app.listen);
    }
    auto const problems = procfile::front_problems(app.spec);
    if (!problems.empty()) // those of the files alone are known already
        return load_error{"--listen: " + problems.front().message, true};
    return {};
}

bool front_inside_block(application const& app, int base)
{
    for (auto const& type : app.spec.types)
        for (auto const& address : type.settings.front.listen) {
            auto const inside = block_of(app, base, address.port);
            if (address.type == listen_address::kind::tcp && inside && inside->type == type.name)
                return true;
        }
    return false;
}

result<void, load_error> check_fronts(loaded& seen, occasion when)
{
    for (auto const& type : seen.app.spec.types) {
        for (auto const& address : type.settings.front.listen)
            if (auto const checked = check_block(seen, type, address); !checked)
                return checked;
        if (when != occasion::one_off) // which has no count and no front port
            check_rule(seen, type);
    }
    if (when != occasion::one_off)
        check_settings(seen);
    check_router(seen);
    return {};
}

} // namespace procd::app
