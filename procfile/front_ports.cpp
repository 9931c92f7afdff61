#include "procfile/front_ports.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace procfile {

namespace {

// "'web' (line 12)", or the name alone when the address is not from the file.
std::string named(app_spec const& spec, type_spec const& type)
{
    auto const at = place_of(spec.settings, type.name, "listen");
    return '\'' + type.name + '\'' + (at.line > 0 ? " (line " + std::to_string(at.line) + ')' : "");
}

// The setting of one of the two with which a type needs an address of its own; empty if neither has
// one.
std::string exclusive_setting(front_settings const& a, front_settings const& b)
{
    if (a.share == share_mode::listen_fds || b.share == share_mode::listen_fds)
        return "share = \"listen_fds\"";
    if (a.protocol == front_protocol::tcp || b.protocol == front_protocol::tcp)
        return "protocol = \"tcp\"";
    return "";
}

std::optional<std::string> common_host(front_settings const& a, front_settings const& b)
{
    for (auto const& host : a.hosts)
        if (std::find(b.hosts.begin(), b.hosts.end(), host) != b.hosts.end())
            return host;
    return std::nullopt;
}

// The problem of two types on the same socket, if there is one.
std::optional<front_problem> problem_on(app_spec const& spec, listen_address const& address,
                                        type_spec const& first, type_spec const& second)
{
    auto const &a = first.settings.front, &b = second.settings.front;
    auto const both = to_string(address) + " is the address of " + named(spec, first) + " and of " +
                      named(spec, second);
    if (auto const only = exclusive_setting(a, b); !only.empty())
        return front_problem{second.name, "listen",
                             both + "; with " + only + " a type needs an address of its own"};
    if (a.hosts.empty() && b.hosts.empty())
        return front_problem{second.name, "listen",
                             both + "; give all of them but one hosts, or addresses of their own"};
    if (auto const host = common_host(a, b))
        return front_problem{second.name, "hosts",
                             both + ", and both have the host \"" + *host + '"'};
    return std::nullopt;
}

std::optional<front_problem> problem_of(app_spec const& spec, type_spec const& first,
                                        type_spec const& second)
{
    for (auto const& a : first.settings.front.listen)
        for (auto const& b : second.settings.front.listen) {
            if (a.overlaps(b))
                return front_problem{second.name, "listen",
                                     to_string(a) + " of " + named(spec, first) + " and " +
                                         to_string(b) + " of " + named(spec, second) +
                                         " take the port from each other; write the same address "
                                         "in both"};
            if (!a.same_socket(b))
                continue;
            if (auto found = problem_on(spec, a, first, second))
                return found;
        }
    return std::nullopt;
}

// The settings of the front port of one type.
constexpr char const* front_keys[] = {"listen",        "share", "protocol", "concurrency", "queue",
                                      "queue_timeout", "hold",  "drain",    "hosts"};

// Why this setting of a type has no effect, or not the usual one; empty if it has.
std::string idle_reason(front_settings const& front, std::string_view key)
{
    if (front.listen.empty())
        return "has no effect without listen, which gives the type its front port";
    if (!front.passed_on() || key == "listen" || key == "share")
        return "";
    // The site files of `procd export` need these.
    bool const exported = key == "protocol" || key == "hosts";
    return (exported ? std::string{"is for procd export alone"} : "has no effect") +
           ": with share = \"listen_fds\" no router stands before the processes";
}

} // namespace

void set_fronts(app_spec& spec, given_fronts const& given)
{
    for (type_spec& type : spec.types) {
        auto const found = given.find(type.name);
        if (found == given.end())
            continue;
        front_settings& front = type.settings.front;
        front.listen = found->second.listen;
        if (front.hosts.empty())
            front.hosts = found->second.hosts;
    }
}

bool listens(app_spec const& spec)
{
    return std::any_of(spec.types.begin(), spec.types.end(),
                       [](type_spec const& type) { return !type.settings.front.listen.empty(); });
}

std::vector<front_problem> front_problems(app_spec const& spec)
{
    std::vector<front_problem> found;
    for (auto second = spec.types.begin(); second != spec.types.end(); ++second) {
        auto const& front = second->settings.front;
        if (front.protocol == front_protocol::tcp && !front.hosts.empty() && !front.listen.empty())
            found.push_back(
                {second->name, "hosts",
                 "hosts of '" + second->name +
                     "' need protocol = \"http\": without HTTP no client names a host"});
        for (auto first = spec.types.begin(); first != second; ++first)
            if (auto problem = problem_of(spec, *first, *second))
                found.push_back(std::move(*problem));
    }
    return found;
}

std::vector<front_problem> idle_settings(app_spec const& spec)
{
    std::vector<front_problem> found;
    auto const look = [&](std::string const& table, std::string const& type, auto const& reason) {
        auto const name = type.empty() ? std::string{"[defaults]"} : '\'' + type + '\'';
        for (std::string const key : front_keys)
            if (auto const why = reason(key);
                !why.empty() && spec.settings.places.contains(table + '.' + key))
                found.push_back(
                    {type, key, key + (type.empty() ? " in " : " of ") + name + ' ' + why});
    };
    for (type_spec const& type : spec.types)
        look("types." + type.name, type.name,
             [&](std::string const& key) { return idle_reason(type.settings.front, key); });
    if (spec.release_phase)
        look("types." + spec.release_phase->name, spec.release_phase->name, [](auto const&) {
            return std::string{"has no effect: the release phase has no front port"};
        });
    if (!listens(spec))
        look("defaults", "", [](auto const&) {
            return std::string{"has no effect without listen, which no type has"};
        });
    return found;
}

std::vector<front_problem> misplaced_probes(app_spec const& spec)
{
    std::vector<front_problem> found;
    for (type_spec const& type : spec.types) {
        auto const& settings = type.settings;
        if (!settings.front.passed_on())
            continue;
        for (auto const& [kind, probe] : {std::pair{probe_kind::readiness, &settings.readiness},
                                          std::pair{probe_kind::liveness, &settings.liveness},
                                          std::pair{probe_kind::startup, &settings.startup}}) {
            if (!*probe || (*probe)->action == probe_action::exec || (*probe)->port)
                continue;
            std::string const key{to_string(kind)};
            found.push_back(
                {type.name, key,
                 key + " of '" + type.name +
                     "' asks PORT, but with share = \"listen_fds\" the processes accept "
                     "on the sockets of listen; make it an exec probe, give it a port "
                     "of its own, or leave it out"});
        }
    }
    return found;
}

bool shell_gets_sockets(type_spec const& type)
{
    constexpr std::string_view word = "exec";
    auto const ends_word = [&](std::size_t at) {
        return at >= type.line.size() || text::is_blank(type.line[at]) ||
               std::string_view{";&|(){}<>\n"}.find(type.line[at]) != std::string_view::npos;
    };
    if (!type.settings.front.passed_on())
        return false;
    for (auto at = type.line.find(word); at != std::string::npos; at = type.line.find(word, at + 1))
        if ((at == 0 || ends_word(at - 1)) && ends_word(at + word.size()))
            return false;
    return true;
}

std::string uncounted(type_spec const& type)
{
    if (type.settings.front.routed())
        return "";
    if (type.settings.front.passed_on())
        return "with share = \"listen_fds\" nobody counts the requests of '" + type.name +
               "'; set share = \"proxy\"";
    return '\'' + type.name + "' has no front port, which counts the requests; give it listen";
}

position place_of(config const& settings, std::string const& type, std::string const& key)
{
    for (std::string const& table : {"types." + type, std::string{"defaults"}})
        if (auto const found = settings.places.find(table + '.' + key);
            found != settings.places.end())
            return found->second;
    return {};
}

std::optional<probe_settings> readiness_of(type_settings const& settings)
{
    bool const declares = settings.readiness || settings.liveness || settings.startup;
    if (declares || !settings.front.routed())
        return settings.readiness;
    probe_settings probe;
    probe.action = probe_action::tcp;
    probe.period = milliseconds{1'000};
    return probe;
}

} // namespace procfile
