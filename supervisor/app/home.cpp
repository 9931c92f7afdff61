#include "supervisor/app/home.hpp"

#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"

namespace procd::app {

namespace {

constexpr std::string_view deploy_link = "/current";

// The path without the slashes and the parts "." at its end, which lead nowhere else.
std::string without_idle_end(std::string path)
{
    for (;;) {
        if (path.size() > 1 && path.ends_with('/'))
            path.pop_back();
        else if (path.size() > 2 && path.ends_with("/."))
            path.resize(path.size() - 1);
        else
            return path;
    }
}

} // namespace

boost::system::result<home> find_home(std::string const& named)
{
    auto root = os::real_path(named);
    if (!root)
        return root.error();
    home found{*root, *root};
    auto const absolute =
        without_idle_end(named.starts_with('/') ? named : os::logical_directory() + '/' + named);
    if (!absolute.ends_with(deploy_link) || !os::is_link(absolute))
        return found;
    auto const beside = absolute.substr(0, absolute.size() - deploy_link.size());
    auto directory = os::real_path(beside.empty() ? "/" : beside);
    if (!directory)
        return directory.error();
    found.directory = std::move(*directory);
    found.by_current_link = true;
    return found;
}

} // namespace procd::app
