// Every file of /proc/PID may vanish between two steps, because the process may end at any time.
// Opening then fails with ENOENT and reading with ESRCH, and both become ESRCH here. A number in a
// file that is not there or malformed counts as 0.
//
// A line of /proc/PID/stat is "PID (COMM) STATE PPID …", and COMM may hold any bytes, even ") R 1".
// So it is split at the last ')', and the fields after that are counted from 3, as in proc(5).
#include "supervisor/os/proc_fs.hpp"

#include "supervisor/os/unique_fd.hpp"

#include <array>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace os {
namespace {

using directory = std::unique_ptr<DIR, int (*)(DIR*)>;

directory open_directory(char const* path)
{
    return {::opendir(path), ::closedir};
}

ssize_t read_some(int fd, char* into, std::size_t room)
{
    ssize_t got = -1;
    do
        got = ::read(fd, into, room);
    while (got < 0 && errno == EINTR);
    return got;
}

// Turns the two errors of a process that does not exist any more into one.
error_code as_gone(int number)
{
    return error_of(number == ENOENT ? ESRCH : number);
}

template <class T>
T number(std::string_view text)
{
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string_view next_word(std::string_view& rest)
{
    auto const space = rest.find(' ');
    std::string_view const word = rest.substr(0, space);
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    return word;
}

// Splits the text of a stat file.
result<proc_stat> parse_stat(std::string_view text)
{
    auto const open = text.find('(');
    auto const close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
        close + 2 > text.size())
        return error_of(EINVAL);
    proc_stat stat;
    stat.pid = number<int>(text);
    stat.comm = text.substr(open + 1, close - open - 1);
    std::string_view rest = text.substr(close + 2);
    std::array<std::string_view, 48> fields; // the third field of proc(5) and the ones after it
    for (auto& field : fields)
        field = next_word(rest);
    stat.state = fields[0].empty() ? '?' : fields[0][0];
    stat.ppid = number<int>(fields[1]);
    stat.pgrp = number<int>(fields[2]);
    stat.session = number<int>(fields[3]);
    stat.utime = number<std::uint64_t>(fields[11]);
    stat.stime = number<std::uint64_t>(fields[12]);
    stat.cutime = number<std::uint64_t>(fields[13]);
    stat.cstime = number<std::uint64_t>(fields[14]);
    stat.threads = number<int>(fields[17]);
    stat.start_time = number<std::uint64_t>(fields[19]);
    stat.rss_pages = number<std::uint64_t>(fields[21]);
    stat.environment = number<std::uint64_t>(fields[47]);
    return stat;
}

result<proc_stat> read_stat_at(int directory_fd, char const* path)
{
    unique_fd const file{::openat(directory_fd, path, O_RDONLY | O_CLOEXEC)};
    if (!file)
        return as_gone(errno);
    std::array<char, 1024> text;
    ssize_t const got = read_some(file.get(), text.data(), text.size());
    if (got < 0)
        return as_gone(errno);
    return parse_stat({text.data(), static_cast<std::size_t>(got)});
}

bool is_number(char const* name)
{
    return *name >= '0' && *name <= '9';
}

// Reads a small file of a process; empty when that fails.
std::string read_proc_file(std::string const& path, std::size_t limit)
{
    std::string text;
    unique_fd const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return text;
    std::array<char, 4096> buffer;
    while (text.size() < limit) {
        ssize_t const got = read_some(file.get(), buffer.data(), buffer.size());
        if (got <= 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

std::string of_process(int pid, char const* file)
{
    return "/proc/" + std::to_string(pid) + "/" + file;
}

// The same as own_children(), for kernels without the file (CONFIG_PROC_CHILDREN).
std::vector<int> own_children_by_pass()
{
    std::vector<int> pids;
    int const self = ::getpid();
    for (auto const& stat : all_processes())
        if (stat.ppid == self)
            pids.push_back(stat.pid);
    return pids;
}

} // namespace

bool proc_stat::alive() const
{
    // A process whose first thread has ended before the others is shown as a zombie, but runs.
    return (state != 'Z' && state != 'X' && state != 'x') || threads > 1;
}

std::uint64_t proc_stat::cpu_microseconds() const
{
    static auto const ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return (utime + stime + cutime + cstime) * 1'000'000 / ticks;
}

std::uint64_t proc_stat::resident_bytes() const
{
    static auto const page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return rss_pages * page;
}

result<proc_stat> read_stat(int pid)
{
    return read_stat_at(AT_FDCWD, of_process(pid, "stat").c_str());
}

std::vector<proc_stat> all_processes()
{
    std::vector<proc_stat> all;
    auto const proc = open_directory("/proc");
    if (!proc)
        return all;
    while (dirent const* entry = ::readdir(proc.get())) {
        if (!is_number(entry->d_name))
            continue;
        std::array<char, 32> path;
        std::string_view const name = entry->d_name;
        if (name.size() > path.size() - sizeof "/stat")
            continue;
        name.copy(path.data(), name.size());
        std::string_view{"/stat\0", 6}.copy(path.data() + name.size(), 6);
        if (auto stat = read_stat_at(::dirfd(proc.get()), path.data()))
            all.push_back(std::move(*stat));
    }
    return all;
}

std::string environ_value(int pid, std::string_view name)
{
    constexpr std::size_t limit = 4u << 20;
    std::string const all = read_proc_file(of_process(pid, "environ"), limit);
    std::string_view rest = all;
    while (!rest.empty()) {
        auto const end = rest.find('\0');
        std::string_view const entry = rest.substr(0, end);
        if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name))
            return std::string{entry.substr(name.size() + 1)};
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return {};
}

std::vector<int> own_children()
{
    constexpr char const* path = "/proc/thread-self/children";
    std::string const list = read_proc_file(path, std::string::npos);
    if (list.empty() && ::access(path, R_OK) != 0)
        return own_children_by_pass();
    std::vector<int> pids;
    std::string_view rest = list;
    while (!rest.empty())
        if (auto const word = next_word(rest); !word.empty())
            pids.push_back(number<int>(word));
    return pids;
}

std::string command_line(int pid)
{
    constexpr std::size_t limit = 4096;
    std::string line = read_proc_file(of_process(pid, "cmdline"), limit);
    while (!line.empty() && line.back() == '\0')
        line.pop_back();
    if (line.empty()) {
        auto const stat = read_stat(pid);
        return stat ? "[" + stat->comm + "]" : std::string{};
    }
    for (char& byte : line)
        if (byte == '\0')
            byte = ' ';
        else if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f)
            byte = '?';
    return line;
}

std::uint64_t cpu_microseconds(int pid)
{
    auto const stat = read_stat(pid);
    return stat ? stat->cpu_microseconds() : 0;
}

} // namespace os
