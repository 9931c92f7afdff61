// The controllers cpu and memory: enabling them for an app's cgroups, and writing limits.
//
// A controller works in a cgroup only if the cgroup above enables it in cgroup.subtree_control. A
// cgroup that has processes of its own cannot do that, except the root. That is why procd and its
// helpers may have to move into a leaf beside the app's directory first.
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/cgroup_files.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

using namespace cgroup_files;

namespace {

bool descends_from(int pid, int ancestor)
{
    while (pid > 1 && pid != ancestor) {
        auto const stat = read_stat(pid);
        pid = stat ? stat->ppid : 0;
    }
    return pid == ancestor;
}

error_code enable_in(std::string const& path, std::string const& wanted)
{
    return write_file(path + "/cgroup.subtree_control", wanted);
}

} // namespace

std::string wanted_controllers(std::string_view available)
{
    std::string wanted;
    while (!available.empty()) {
        auto const word = available.substr(0, available.find_first_of(" \n"));
        available.remove_prefix(std::min(word.size() + 1, available.size()));
        if (word == "cpu" || word == "memory")
            wanted += (wanted.empty() ? "+" : " +") + std::string(word);
    }
    return wanted;
}

result<void> limit_cgroup(std::string const& path, cgroup_limits const& limits)
{
    constexpr double period_us = 100'000;
    error_code failed;
    if (limits.cpu) {
        auto const quota = std::max(1'000.0, *limits.cpu * period_us); // the kernel takes no less
        auto const text = std::to_string(static_cast<std::uint64_t>(quota)) + " 100000";
        failed = write_file(path + "/cpu.max", text);
    }
    if (limits.memory) {
        auto const ec = write_file(path + "/memory.max", std::to_string(*limits.memory));
        failed = failed ? failed : ec;
    }
    return failed ? result<void>(failed) : result<void>();
}

// Nothing is moved when other processes are in the cgroup too: procd may not move those, so the
// move would be in vain.
result<void> cgroup_tree::enable_controllers(int launcher)
{
    auto const parent = path_.substr(0, path_.rfind('/'));
    auto const wanted = wanted_controllers(read_file(parent + "/cgroup.controllers"));
    if (wanted.empty())
        return error_of(ENOTSUP);
    // The move comes first, even though the kernel might not ask for it. With processes in the
    // cgroup it may enable cpu alone, and the cgroups below become threaded.
    bool const is_root = ::access((parent + "/cgroup.type").c_str(), F_OK) != 0; // needs no move
    if (!is_root)
        if (auto const moved = move_out_of(parent, launcher))
            return moved;
    auto ec = enable_in(parent, wanted);
    if (!ec)
        ec = enable_in(path_, wanted);
    if (ec) {
        move_back();
        return ec;
    }
    return {};
}

error_code cgroup_tree::move_out_of(std::string const& parent, int launcher)
{
    std::vector<int> members = own_members(parent);
    if (members.empty())
        return {};
    if (std::any_of(members.begin(), members.end(),
                    [&](int pid) { return pid != launcher && !descends_from(pid, ::getpid()); }))
        return error_of(EBUSY);
    self_ = path_ + ".self";
    if (::mkdir(self_.c_str(), 0755) != 0 && errno != EEXIST) {
        self_.clear();
        return last_error();
    }
    for (int const pid : members)
        if (auto const ec = write_file(self_ + "/cgroup.procs", std::to_string(pid));
            ec && ec != error_of(ESRCH)) {
            move_back();
            return ec;
        }
    return {};
}

// Puts the parent cgroup back into the state in which it was found, as far as possible.
void cgroup_tree::move_back()
{
    if (self_.empty())
        return;
    auto const parent = path_.substr(0, path_.rfind('/'));
    write_file(parent + "/cgroup.subtree_control", "-cpu -memory");
    for (int const pid : own_members(self_))
        write_file(parent + "/cgroup.procs", std::to_string(pid));
    ::rmdir(self_.c_str());
    self_.clear();
}

} // namespace os
