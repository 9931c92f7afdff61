#include "supervisor/ctl/find_socket.hpp"

#include "supervisor/core/fallback_place.hpp"

#include <algorithm>

namespace ctl {

namespace {

constexpr char const* state_below_root = ".procd";
constexpr char const* name_below_root = ".procd/procd.sock";
constexpr char const* socket_name = "/procd.sock";
constexpr char const* units = "/run/procd";

std::string parent_of(std::string const& directory)
{
    auto const slash = directory.rfind('/');
    return slash == 0 ? "/" : directory.substr(0, slash);
}

// The result of one walk upward, and the directories on the way.
struct walk {
    search_result found;
    std::vector<std::string> directories;
};

std::string belongs_to(std::string const& path, unsigned owner)
{
    return path + " belongs to user " + std::to_string(owner);
}

// The reason why the state directory of `owner` in `below` is not taken, or nothing.
std::optional<std::string> refuse(search const& s, std::string const& below,
                                  std::optional<unsigned> directory, unsigned owner)
{
    auto const state = belongs_to(below + state_below_root, owner);
    if (s.uid != 0)
        return owner == s.uid ? std::nullopt
                              : std::optional(state + ", and so does its procd; run procctl as "
                                                      "that user");
    bool const here = below == s.directory + (s.directory == "/" ? "" : "/");
    if (owner == 0 || directory == owner || here)
        return std::nullopt;
    return state + ", who does not own the directory; if its procd is the right one, name its "
                   "socket with -s";
}

walk walk_upward(search const& s, std::string directory)
{
    walk on{{std::nullopt, {}, false}, {}};
    auto const begin = directory;
    for (;;) {
        on.directories.push_back(directory);
        auto const owner = s.owner(directory);
        if (!owner || (*owner != s.uid && *owner != 0 && s.uid != 0)) {
            on.found.looked_for = std::string("looked for ") + name_below_root + " from " + begin +
                                  " upward, as far as " + directory +
                                  ", which belongs to someone else";
            return on;
        }
        auto const below = directory + (directory == "/" ? "" : "/");
        if (auto const state = s.owner(below + state_below_root)) {
            if (auto why = refuse(s, below, owner, *state)) {
                on.found = {std::nullopt, std::move(*why), true};
                return on;
            }
        }
        if (s.owner(below + name_below_root)) {
            on.found.path = below + name_below_root;
            return on;
        }
        if (directory == "/") {
            on.found.looked_for =
                std::string("looked for ") + name_below_root + " in " + begin + " and its parents";
            return on;
        }
        directory = parent_of(directory);
    }
}

// Where the state directories are that belong to no root of their own.
std::vector<std::string> fallback_parents(search const& s)
{
    std::vector<std::string> parents{core::fallback_parent("", s.uid)};
    if (s.runtime && !s.runtime->empty())
        parents.insert(parents.begin(), core::fallback_parent(*s.runtime, s.uid));
    std::erase_if(parents, [&s](auto const& path) { return s.owner(path) != s.uid; });
    return parents;
}

std::optional<std::string> find_fallback(search const& s, std::vector<std::string> const& roots)
{
    for (auto const& root : roots) {
        auto const suffix = s.suffix(root);
        for (auto const& parent : fallback_parents(s))
            for (auto const& name : s.list(parent)) {
                auto const socket = parent + '/' + name + socket_name;
                if (suffix && name.ends_with(*suffix) && s.owner(socket) == s.uid)
                    return socket;
            }
    }
    return std::nullopt;
}

// Procds of units. `unasked` gets the sockets that belong to other users.
struct unit_search {
    std::optional<std::string> path;
    std::vector<std::string> unasked;
};

unit_search find_unit(search const& s, std::vector<std::string> const& roots)
{
    unit_search result;
    std::vector<std::pair<std::string, std::string>> answers; // socket, root
    auto places = fallback_parents(s); // where the units of systemctl --user are, too
    places.push_back(units);
    for (auto const& place : places)
        for (auto const& name : s.list(place)) {
            auto const socket = place + '/' + name + socket_name;
            auto const owner = s.owner(socket);
            if (owner && s.uid != 0 && *owner != s.uid)
                result.unasked.push_back(socket);
            else if (owner)
                if (auto root = s.root_of(socket))
                    answers.emplace_back(socket, std::move(*root));
        }
    for (auto const& root : roots)
        for (auto const& [socket, of] : answers)
            if (!result.path && of == root)
                result.path = socket;
    return result;
}

search_result search_around(search const& s)
{
    if (s.directory.empty() || s.directory.front() != '/')
        return {std::nullopt, "this directory is gone, so nothing could be looked for"};
    auto first = walk_upward(s, s.directory);
    if (first.found.path)
        return first.found;
    if (!s.by_name.empty() && s.by_name != s.directory) {
        auto second = walk_upward(s, s.by_name);
        if (second.found.path)
            return second.found;
        for (auto& directory : second.directories)
            first.directories.push_back(std::move(directory));
    }
    if (auto socket = find_fallback(s, first.directories))
        return {std::move(socket), {}};
    auto unit = find_unit(s, first.directories);
    if (unit.path)
        return {std::move(unit.path), {}};
    if (!unit.unasked.empty() && !first.found.refused) {
        first.found.looked_for += "; the procds of other users were not asked:";
        for (auto const& socket : unit.unasked)
            first.found.looked_for += ' ' + socket;
        first.found.looked_for += " (run procctl as their user, or as root)";
    }
    return first.found;
}

} // namespace

search_result find_socket(search const& s)
{
    if (s.socket)
        return {*s.socket, {}};
    if (s.app) {
        auto const name = "/procd/" + *s.app + socket_name;
        bool const own = s.runtime && !s.runtime->empty() && s.owner(*s.runtime + name);
        return {(own ? *s.runtime : "/run") + name, {}};
    }
    if (s.environment && !s.environment->empty())
        return {*s.environment, {}};
    return search_around(s);
}

} // namespace ctl
