#include "tests/bench/subject.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

extern char** environ;

namespace bench {

namespace {

constexpr int patience_ms = 60'000;

int open_pidfd(pid_t pid)
{
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

int create(std::string const& path)
{
    int const fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        throw std::system_error{errno, std::generic_category(), path};
    return fd;
}

std::vector<std::string> procd_command(subject const& s, char const* restart)
{
    return {PROCD,      "up",      "-f",    s.file("Procfile"), "-d",   s.file("."), "-s",
            s.socket(), "--color", "never", "--restart",        restart};
}

// root alone has a cgroup to lose: it is hidden behind an empty file system.
std::vector<std::string> without_cgroup(std::vector<std::string> command)
{
    if (::geteuid() == 0)
        command.insert(command.begin(),
                       {"/usr/bin/unshare", "-m", "sh", "-c",
                        "mount -t tmpfs none /sys/fs/cgroup && exec \"$@\"", "sh"});
    return command;
}

std::vector<std::string> command_line(kind what, subject const& s)
{
    std::string const file = s.file("Procfile");
    switch (what) {
    case kind::procd:
        return procd_command(s, "never");
    case kind::procd_plain:
        return without_cgroup(procd_command(s, "never"));
    case kind::procd_restarting:
        return procd_command(s, "always");
    case kind::prefixer:
        return {BENCH_PREFIXER, file};
    case kind::spawner:
        return {BENCH_SPAWNER, file};
    case kind::spawner_restarting:
        return {BENCH_SPAWNER, "-r", file};
    }
    return {};
}

} // namespace

scratch_dir::scratch_dir()
{
    struct ::statvfs space {};
    bool const roomy = ::statvfs("/dev/shm", &space) == 0 &&
                       space.f_bavail * space.f_frsize > 2'000'000'000ull &&
                       ::access("/dev/shm", W_OK) == 0;
    std::string name = std::string{roomy ? "/dev/shm" : "/tmp"} + "/procd-bench.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error{errno, std::generic_category(), name};
    path_ = name;
}

scratch_dir::~scratch_dir()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

pid_t spawn(std::vector<std::string> const& argv, int out, int err)
{
    std::vector<char*> words;
    for (std::string const& word : argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, out, 1);
    ::posix_spawn_file_actions_adddup2(&files, err, 2);
    pid_t pid = -1;
    int const error = ::posix_spawn(&pid, words[0], &files, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        throw std::system_error{error, std::generic_category(), argv[0]};
    return pid;
}

subject::subject(kind what) : kind_{what}
{
    if (::mkfifo(report_fifo().c_str(), 0600) != 0)
        throw std::system_error{errno, std::generic_category(), report_fifo()};
    report_fd_ = ::open(report_fifo().c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

subject::~subject()
{
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        for (auto const& [tag, pid] : children_)
            ::kill(pid, SIGKILL);
    }
    ::close(report_fd_);
}

subject::entries subject::sleepers(int count) const
{
    entries types;
    for (int i = 1; i <= count; ++i) {
        std::string const tag = "c" + std::to_string(i);
        types.emplace_back(tag, "exec " BENCH_CHILD " up " + report_fifo() + " " + tag);
    }
    return types;
}

void subject::start(entries const& types)
{
    std::ofstream procfile{file("Procfile")};
    for (auto const& [name, command] : types)
        procfile << name << ": " << command << '\n';
    procfile.close();
    int const out = create(output());
    int const err = create(file("err"));
    pid_ = spawn(command_line(kind_, *this), out, err);
    ::close(out);
    ::close(err);
}

clock::time_point subject::wait_for_reports(std::size_t count)
{
    while (count > 0) {
        ::pollfd p{report_fd_, POLLIN, 0};
        if (::poll(&p, 1, patience_ms) == 0)
            fail(std::to_string(count) + " children did not report");
        char bytes[4096];
        ssize_t const n = ::read(report_fd_, bytes, sizeof bytes);
        if (n <= 0)
            continue;
        unread_.append(bytes, static_cast<std::size_t>(n));
        for (std::size_t end; count > 0 && (end = unread_.find('\n')) != std::string::npos;) {
            std::size_t const blank = unread_.find(' ');
            children_[unread_.substr(0, blank)] = std::stoi(unread_.substr(blank + 1));
            unread_.erase(0, end + 1);
            --count;
        }
    }
    return clock::now();
}

milliseconds subject::stop()
{
    std::vector<int> watched;
    for (auto const& [tag, pid] : children_)
        if (int const fd = open_pidfd(pid); fd >= 0)
            watched.push_back(fd);
    watched.push_back(open_pidfd(pid_));
    auto const begin = clock::now();
    ::kill(pid_, SIGTERM);
    for (int const fd : watched) {
        ::pollfd p{fd, POLLIN, 0};
        if (::poll(&p, 1, patience_ms) == 0)
            fail("something outlived TERM");
    }
    auto const end = clock::now();
    for (int const fd : watched)
        ::close(fd);
    wait_for_end();
    return end - begin;
}

int subject::wait_for_end()
{
    int const fd = open_pidfd(pid_);
    ::pollfd p{fd, POLLIN, 0};
    int const ready = ::poll(&p, 1, patience_ms);
    ::close(fd);
    if (ready == 0)
        fail("the supervisor did not end");
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void subject::fail(std::string const& why) const
{
    std::ifstream said{file("err")};
    throw std::runtime_error{
        why + "; its stderr: " + std::string{std::istreambuf_iterator<char>{said}, {}}};
}

} // namespace bench
