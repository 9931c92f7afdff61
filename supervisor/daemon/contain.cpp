#include "supervisor/daemon/contain.hpp"

#include <cerrno>
#include <functional>
#include <optional>
#include <utility>

namespace procd::daemon {

namespace {

// Tells the user why there is no cgroup, and how to change that.
std::string no_cgroup_reason(boost::system::error_code error)
{
    switch (error.value()) {
    case ENODEV:
        return "no cgroup v2 is mounted";
    case EROFS:
        return "the cgroup file system is read-only; under systemd: no ProtectControlGroups=";
    case EACCES:
    case EPERM:
        return "its cgroup v2 directory may not be written; under systemd: Delegate=yes";
    case ENOSYS:
        return "the kernel has no cgroup.kill; 5.14 is the first that has";
    default:
        return error.message();
    }
}

// Turns the controllers on, and returns why limits cannot be enforced, or nothing. This must happen
// before another process is in procd's cgroup. It is done even when no limit is set, because only
// the memory controller tells which process the kernel has killed for want of memory.
std::optional<std::string> enable_limits(process::services& with, int launcher)
{
    if (!with.cgroup)
        return with.no_cgroup_reason;
    auto const enabled = with.cgroup->enable_controllers(launcher);
    if (enabled)
        return std::nullopt;
    switch (enabled.error().value()) {
    case ENOTSUP:
        return "its cgroup has no cpu and memory controllers to give (they may belong to cgroup "
               "v1)";
    case EBUSY:
        return "other processes are in procd's cgroup; give it one of its own: a unit, or "
               "systemd-run --scope -p Delegate=yes procd ...";
    default:
        return "the cpu and memory controllers cannot be turned on (" + enabled.error().message() +
               ')';
    }
}

} // namespace

std::string cgroup_name(std::string const& app, std::string const& state_path)
{
    auto const hash = std::hash<std::string>{}(state_path);
    return app + '-' + std::to_string(hash);
}

std::string contain(process::services& with, std::string const& name, int launcher)
{
    auto tree = os::cgroup_tree::make(name);
    if (tree)
        with.cgroup = std::move(*tree);
    else
        with.no_cgroup_reason = no_cgroup_reason(tree.error());
    with.limits_not_enforced = enable_limits(with, launcher);
    auto const guarded = with.guardian.start({with.cgroup ? with.cgroup->path() : "", with.run_id});
    if (!guarded)
        return "warning: no guardian (" + guarded.error().message() +
               "): if procd is killed, its processes live on";
    return "";
}

} // namespace procd::daemon
