#include "supervisor/ctl/command.hpp"

#include "procfile/diagnostic.hpp"
#include "supervisor/core/fallback_place.hpp"
#include "supervisor/core/habits.hpp"
#include "supervisor/ctl/find_socket.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/os/file.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace ctl {

namespace {

std::vector<std::string> names_in(std::string const& directory)
{
    std::vector<std::string> names;
    std::error_code unreadable;
    for (std::filesystem::directory_iterator at(directory, unreadable), end; at != end;
         at.increment(unreadable))
        names.push_back(at->path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// $PWD, if it is the working directory.
std::string directory_by_name(std::string const& directory)
{
    char const* const said = std::getenv("PWD");
    if (said == nullptr || said[0] != '/')
        return "";
    auto const led_to = os::real_path(said);
    return led_to && *led_to == directory ? said : "";
}

std::optional<std::string> root_behind(std::string const& socket)
{
    try {
        auto procd = client::connect(socket);
        return view_of<core::api::status_view>(procd.call({"GET", "/v1/status"})).root;
    } catch (failure const&) {
        return std::nullopt;
    }
}

search where_to_look(globals const& options)
{
    search s;
    s.socket = options.socket;
    s.app = options.app;
    if (char const* path = std::getenv("PROCD_SOCKET"))
        s.environment = path;
    if (char const* path = std::getenv("XDG_RUNTIME_DIR"))
        s.runtime = path;
    std::error_code gone;
    s.directory = std::filesystem::current_path(gone).string();
    s.by_name = directory_by_name(s.directory);
    s.uid = os::own_uid();
    s.owner = [](std::string const& path) {
        auto const owner = os::owner_of(path);
        return owner ? std::optional(*owner) : std::nullopt;
    };
    s.list = names_in;
    s.suffix = [](std::string const& path) -> std::optional<std::string> {
        auto const identity = os::identity_of(path);
        if (!identity)
            return std::nullopt;
        return core::fallback_suffix(identity->device, identity->inode);
    };
    s.root_of = root_behind;
    return s;
}

} // namespace

client& context::procd()
{
    if (client_)
        return *client_;
    auto const found = find_socket(where_to_look(options_));
    if (found.refused)
        throw failure{exit_no_procd, "refused: " + found.looked_for};
    if (!found.path)
        throw failure{exit_no_procd, "no procd answers: " + found.looked_for +
                                         "; start one with 'procd' in the app's directory, or name "
                                         "its socket with -s, or the app of a unit with -a"};
    return client_.emplace(client::connect(*found.path));
}

std::string context::app()
{
    return view_of<core::api::status_view>(procd().call({"GET", "/v1/status"})).app;
}

std::vector<std::string> names_of(command const& c)
{
    std::vector<std::string> names{std::string(c.name)};
    names.insert(names.end(), c.aliases.begin(), c.aliases.end());
    return names;
}

command const* look_up(std::string_view name)
{
    for (auto const& c : all_commands())
        if (c.name == name ||
            std::find(c.aliases.begin(), c.aliases.end(), name) != c.aliases.end())
            return &c;
    return nullptr;
}

namespace {

// The names behind "GROUP:", in the order of the help: list, pause, resume.
std::vector<std::string> members_of(std::string_view group)
{
    auto const start = std::string(group) + ':';
    std::vector<std::string> found;
    for (auto const& c : all_commands())
        for (auto const& name : names_of(c))
            if (name.starts_with(start))
                found.push_back(name.substr(start.size()));
    return found;
}

// The command of a group that is near to "GROUP:NAME".
std::optional<std::string> nearest_member(std::string_view both)
{
    auto const colon = both.find(':');
    auto const near = procfile::closest(both.substr(colon + 1), members_of(both.substr(0, colon)));
    return near ? std::optional(std::string(both.substr(0, colon + 1)) + *near) : std::nullopt;
}

// The end of a message about an unknown command: the nearest one, or those of its group.
std::string hint_for(std::string_view name)
{
    auto const colon = name.find(':');
    auto const of_group =
        colon == std::string_view::npos ? std::string() : commands_of(name.substr(0, colon));
    if (!of_group.empty()) {
        auto const near = nearest_member(name);
        return near ? " (did you mean '" + *near + "'?)" : of_group;
    }
    std::vector<std::string> names;
    for (auto const& c : all_commands())
        for (auto& known : names_of(c))
            names.push_back(std::move(known));
    return procfile::did_you_mean(name, names);
}

} // namespace

command const& find_command(std::string_view name)
{
    if (auto const* const found = look_up(name))
        return *found;
    auto const near = hint_for(name);
    if (auto const help = core::habit_of_procctl(name); help && (help->exact || near.empty()))
        throw failure{exit_usage, help->text};
    throw failure{exit_usage,
                  "no command '" + std::string(name) + '\'' + near + "; procctl --help lists them"};
}

std::string commands_of(std::string_view group)
{
    auto const names = members_of(group);
    return names.empty() ? "" : "; of " + std::string(group) + " there are " + spoken_list(names);
}

std::string usage_of(command const& c)
{
    return "usage: procctl " + std::string(c.name) + ' ' + std::string(c.usage) +
           commands_of(c.name);
}

// Tells whether `both` is close to a command of the group, and the words are too many for the
// command that lists the group: "routing puase web". Behind an option nobody can tell its value
// from a word.
static bool is_slip(command const& list, std::string const& both,
                    std::span<std::string const> words)
{
    bool const plain = std::none_of(words.begin(), words.end(),
                                    [](std::string const& word) { return word.starts_with('-'); });
    if (!plain || words.size() - 1 <= list.most || words[0].find(':') != std::string::npos)
        return false;
    return nearest_member(both).has_value();
}

named_command resolve(std::span<std::string const> words)
{
    auto const* const first = look_up(words[0]);
    if (words.size() < 2 || words[1].starts_with('-'))
        return {first, 1};
    auto const both = words[0] + ':' + words[1];
    if (auto const* const found = look_up(both))
        return {found, 2};
    bool const is_group = !commands_of(words[0]).empty();
    if (first && ((first->most == 0 && is_group) || is_slip(*first, both, words)))
        find_command(both); // says that there is no such command
    return {first, 1};
}

std::string long_name(option const& o)
{
    auto const comma = o.names.rfind(',');
    return std::string(comma == std::string_view::npos ? o.names : o.names.substr(comma + 1));
}

} // namespace ctl
