// A leaf is made as the app's directory is (cgroup.cpp): an empty one is replaced, so that its
// counters begin at 0.
#include "supervisor/os/cgroup.hpp"
#include "supervisor/os/cgroup_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace os {

using namespace cgroup_files;

namespace {

void collect_members(std::string const& path, std::vector<int>& pids)
{
    auto const own = own_members(path);
    pids.insert(pids.end(), own.begin(), own.end());
    for (auto const& below : subdirectories(path))
        collect_members(below, pids);
}

} // namespace

result<cgroup_leaf> cgroup_leaf::make(cgroup_tree& tree, std::string const& name)
{
    cgroup_leaf leaf;
    leaf.path_ = tree.path_ + "/" + name;
    leaf.name_at_ = tree.path_.size() + 1;
    leaf.tree_fd_ = tree.directory_.get();
    auto const make_it = [&] { return ::mkdirat(leaf.tree_fd_, leaf.name(), 0755) == 0; };
    if (make_it())
        return leaf;
    // ENOENT: the guardian of a dead procd has removed the app's directory, which it took for its
    // own.
    if (errno == ENOENT && (::mkdir(tree.path_.c_str(), 0755) == 0 || errno == EEXIST) &&
        !tree.open_again() && make_it())
        return leaf;
    if (errno != EEXIST)
        return last_error();
    // EEXIST: somebody has left this leaf. It is made anew, so that its counters begin at 0.
    if (!remove_cgroup(leaf.path_) || !make_it())
        return error_of(EBUSY);
    return leaf;
}

result<unique_fd> cgroup_leaf::open() const
{
    unique_fd fd{::openat(tree_fd_, name(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!fd)
        return last_error();
    return fd;
}

std::vector<int> cgroup_leaf::members() const
{
    std::vector<int> pids;
    if (*this)
        collect_members(path_, pids);
    return pids;
}

bool cgroup_leaf::empty() const
{
    return !*this || !cgroup_populated(path_);
}

error_code cgroup_leaf::kill() const
{
    return kill_cgroup(path_);
}

bool cgroup_leaf::remove_if_empty()
{
    if (*this && ::unlinkat(tree_fd_, name(), AT_REMOVEDIR) != 0 && errno != ENOENT)
        return false;
    path_.clear();
    return true;
}

bool cgroup_leaf::remove()
{
    if (*this && !remove_cgroup(path_))
        return false;
    path_.clear();
    return true;
}

std::uint64_t cgroup_leaf::memory_bytes() const
{
    return to_number(read_file(path_ + "/memory.current"));
}

std::uint64_t cgroup_leaf::cpu_microseconds() const
{
    return used_cpu().value_or(0);
}

std::optional<std::uint64_t> cgroup_leaf::used_cpu() const
{
    return number_of(path_ + "/cpu.stat", "usage_usec");
}

std::uint64_t cgroup_leaf::oom_kills() const
{
    return number_of(path_ + "/memory.events", "oom_kill").value_or(0);
}

} // namespace os
