#include "supervisor/os/cgroup.hpp"

#include "supervisor/os/cgroup_mount.hpp"
#include "supervisor/os/proc_fs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace os {
namespace {

using directory = std::unique_ptr<DIR, int (*)(DIR*)>;

std::string read_file(std::string const& path)
{
    std::string text;
    unique_fd const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 4096> buffer;
    while (file) {
        ssize_t const got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        // The kernel leaves out at most the record that does not fit any more.
        if (static_cast<std::size_t>(got) < buffer.size() / 2)
            break;
    }
    return text;
}

error_code write_file(std::string const& path, std::string_view text)
{
    unique_fd const file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file || ::write(file.get(), text.data(), text.size()) < 0)
        return last_error();
    return {};
}

std::uint64_t to_number(std::string_view text)
{
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// The number behind "KEY " in a flat keyed file (cpu.stat, cgroup.events, …).
std::optional<std::uint64_t> keyed(std::string const& path, std::string_view key)
{
    std::string const text = read_file(path);
    std::string_view rest = text;
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        std::string_view const line = rest.substr(0, end);
        if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
            return to_number(line.substr(key.size() + 1));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return std::nullopt;
}

std::vector<std::string> subdirectories(std::string const& path)
{
    std::vector<std::string> paths;
    directory const dir{::opendir(path.c_str()), ::closedir};
    while (dirent const* entry = dir ? ::readdir(dir.get()) : nullptr)
        if (std::string_view const name = entry->d_name;
            entry->d_type == DT_DIR && name != "." && name != "..")
            paths.push_back(path + "/" + entry->d_name);
    return paths;
}

// Of the directory itself, not of those below it.
std::vector<int> own_members(std::string const& path)
{
    std::vector<int> pids;
    std::string const text = read_file(path + "/cgroup.procs");
    std::string_view rest = text;
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        pids.push_back(static_cast<int>(to_number(rest.substr(0, end))));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return pids;
}

void collect_members(std::string const& path, std::vector<int>& pids)
{
    auto const own = own_members(path);
    pids.insert(pids.end(), own.begin(), own.end());
    for (auto const& below : subdirectories(path))
        collect_members(below, pids);
}

bool descends_from(int pid, int ancestor)
{
    while (pid > 1 && pid != ancestor) {
        auto const stat = read_stat(pid);
        pid = stat ? stat->ppid : 0;
    }
    return pid == ancestor;
}

} // namespace

bool remove_cgroup(std::string const& path)
{
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT)
        return true;
    for (auto const& below : subdirectories(path))
        remove_cgroup(below);
    return ::rmdir(path.c_str()) == 0 || errno == ENOENT;
}

bool cgroup_populated(std::string const& path)
{
    return keyed(path + "/cgroup.events", "populated").value_or(0) != 0;
}

error_code kill_cgroup(std::string const& path)
{
    return write_file(path + "/cgroup.kill", "1");
}

namespace {

// Ends what a dead procd left in a directory of ours and waits, at most two seconds, until it is
// gone: KILL is obeyed at once by everything that is not stuck in the kernel.
void clear_out(std::string const& path)
{
    constexpr int patience_ms = 2'000;
    unique_fd const events{::open((path + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC)};
    if (events && cgroup_populated(path)) {
        kill_cgroup(path);
        char byte[64];
        // Reading arms the notification; populated may have changed before that.
        while (::pread(events.get(), byte, sizeof byte, 0) > 0 && cgroup_populated(path)) {
            pollfd changed{events.get(), POLLPRI, 0};
            if (::poll(&changed, 1, patience_ms) <= 0)
                break;
        }
    }
    for (auto const& below : subdirectories(path))
        remove_cgroup(below);
}

} // namespace

namespace {

// A directory that is new: one left by a dead procd is emptied, removed and made again, because
// that one's guardian may still be at work in it.
error_code make_anew(std::string const& path)
{
    clear_out(path);
    ::rmdir(path.c_str());
    if (::mkdir(path.c_str(), 0755) != 0)
        return last_error();
    if (::access((path + "/cgroup.kill").c_str(), W_OK) == 0)
        return {};
    auto const ec = errno == ENOENT ? error_of(ENOSYS) : last_error();
    ::rmdir(path.c_str());
    return ec;
}

} // namespace

result<cgroup_tree> cgroup_tree::make(std::string const& name)
{
    std::string const own =
        own_cgroup_directory(read_file("/proc/self/mountinfo"), read_file("/proc/self/cgroup"));
    if (own.empty())
        return error_of(ENODEV);
    cgroup_tree tree;
    std::string const first = own + "/procd-" + name;
    std::string path = first;
    error_code ec = make_anew(path);
    // Something in it cannot be killed: that stays where it is.
    constexpr int most_tries = 10;
    for (int i = 2; ec == error_of(EEXIST) && i <= most_tries; ++i) {
        path = first;
        path += "." + std::to_string(i);
        ec = make_anew(path);
    }
    if (ec)
        return ec;
    tree.path_ = path;
    return tree;
}

cgroup_tree::cgroup_tree(cgroup_tree&& other) noexcept
    : path_(std::exchange(other.path_, {})), self_(std::exchange(other.self_, {}))
{
}

cgroup_tree& cgroup_tree::operator=(cgroup_tree&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(self_, other.self_);
    return *this;
}

cgroup_tree::~cgroup_tree()
{
    if (path_.empty())
        return;
    remove_cgroup(path_);
    move_back();
}

result<cgroup_leaf> cgroup_leaf::make(cgroup_tree const& tree, std::string const& name)
{
    cgroup_leaf leaf;
    leaf.path_ = tree.path() + "/" + name;
    if (::mkdir(leaf.path_.c_str(), 0755) == 0)
        return leaf;
    // The guardian of a dead procd took the whole directory for that one's.
    if (errno == ENOENT && ::mkdir(tree.path().c_str(), 0755) == 0 &&
        ::mkdir(leaf.path_.c_str(), 0755) == 0)
        return leaf;
    if (errno != EEXIST)
        return last_error();
    // Left by somebody: made anew, so that its counters begin at 0.
    if (!remove_cgroup(leaf.path_) || ::mkdir(leaf.path_.c_str(), 0755) != 0)
        return error_of(EBUSY);
    return leaf;
}

result<unique_fd> cgroup_leaf::open() const
{
    unique_fd fd{::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
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

result<unique_fd> cgroup_leaf::open_events() const
{
    unique_fd fd{::open((path_ + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd)
        return last_error();
    return fd;
}

bool cgroup_leaf::remove_if_empty()
{
    if (*this && ::rmdir(path_.c_str()) != 0 && errno != ENOENT)
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
    return keyed(path_ + "/cpu.stat", "usage_usec");
}

std::uint64_t cgroup_leaf::oom_kills() const
{
    return keyed(path_ + "/memory.events", "oom_kill").value_or(0);
}

namespace {

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
        auto const quota = std::max(1'000.0, *limits.cpu * period_us); // the kernel's least
        auto const text = std::to_string(static_cast<std::uint64_t>(quota)) + " 100000";
        failed = write_file(path + "/cpu.max", text);
    }
    if (limits.memory) {
        auto const ec = write_file(path + "/memory.max", std::to_string(*limits.memory));
        failed = failed ? failed : ec;
    }
    return failed ? result<void>(failed) : result<void>();
}

// A cgroup with processes cannot give controllers to those below it (but for the root's), so procd
// and what it has started there go into one beside them first; nothing is moved when others are
// there too, for then it would be in vain.
result<void> cgroup_tree::enable_controllers(int launcher)
{
    auto const parent = path_.substr(0, path_.rfind('/'));
    auto const wanted = wanted_controllers(read_file(parent + "/cgroup.controllers"));
    if (wanted.empty())
        return error_of(ENOTSUP);
    // Not only where EBUSY says so: cpu alone may be given with processes there, and makes threads
    // of what is below.
    bool const is_root = ::access((parent + "/cgroup.type").c_str(), F_OK) != 0; // may have both
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

// Leaves the parent as it was found, as far as that can be had.
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
