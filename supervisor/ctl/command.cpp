#include "supervisor/ctl/command.hpp"

#include "procfile/diagnostic.hpp"
#include "supervisor/ctl/find_socket.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <cstdlib>
#include <filesystem>

namespace ctl {

namespace {

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
    s.uid = os::own_uid();
    s.owner = [](std::string const& path) {
        auto const owner = os::owner_of(path);
        return owner ? std::optional(*owner) : std::nullopt;
    };
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

command const& find_command(std::string_view name)
{
    std::vector<std::string> names;
    for (auto const& c : all_commands()) {
        for (auto& known : names_of(c)) {
            if (known == name)
                return c;
            names.push_back(std::move(known));
        }
    }
    throw failure{exit_usage, "no command '" + std::string(name) + "'" +
                                  procfile::did_you_mean(name, names) +
                                  "; procctl --help lists them"};
}

std::string long_name(option const& o)
{
    auto const comma = o.names.rfind(',');
    return std::string(comma == std::string_view::npos ? o.names : o.names.substr(comma + 1));
}

} // namespace ctl
