#include "supervisor/ctl/find_socket.hpp"

namespace ctl {

namespace {

constexpr char const* state_below_root = ".procd";
constexpr char const* name_below_root = ".procd/procd.sock";

std::string parent_of(std::string const& directory)
{
    auto const slash = directory.rfind('/');
    return slash == 0 ? "/" : directory.substr(0, slash);
}

search_result search_upward(search const& s)
{
    std::string directory = s.directory;
    if (directory.empty() || directory.front() != '/')
        return {std::nullopt, "this directory is gone, so nothing could be looked for"};
    for (;;) {
        auto const owner = s.owner(directory);
        if (!owner || (*owner != s.uid && *owner != 0))
            return {std::nullopt, std::string("looked for ") + name_below_root + " from " +
                                      s.directory + " upward, as far as " + directory +
                                      ", which belongs to someone else"};
        auto const below = directory + (directory == "/" ? "" : "/");
        if (s.owner(below + name_below_root))
            return {below + name_below_root, {}};
        if (auto const state = s.owner(below + state_below_root);
            state && *state != s.uid && s.uid != 0)
            return {std::nullopt,
                    below + state_below_root + " belongs to user " + std::to_string(*state) +
                        ", and so does its procd; run procctl as that user",
                    true};
        if (directory == "/")
            return {std::nullopt, std::string("looked for ") + name_below_root + " in " +
                                      s.directory + " and its parents"};
        directory = parent_of(directory);
    }
}

} // namespace

search_result find_socket(search const& s)
{
    if (s.socket)
        return {*s.socket, {}};
    if (s.app) {
        auto const name = "/procd/" + *s.app + "/procd.sock";
        bool const own = s.runtime && !s.runtime->empty() && s.owner(*s.runtime + name);
        return {(own ? *s.runtime : "/run") + name, {}};
    }
    if (s.environment && !s.environment->empty())
        return {*s.environment, {}};
    return search_upward(s);
}

} // namespace ctl
