// The machine as tests see it: other programs, processes, ports.
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <netinet/in.h>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test {

namespace {

constexpr std::chrono::seconds patience{30};

bool within(std::chrono::seconds patience_of_this, std::function<bool()> const& holds)
{
    auto const limit = std::chrono::steady_clock::now() + patience_of_this;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > limit)
            return false;
        ::poll(nullptr, 0, 10);
    }
    return true;
}

void read_some(int& fd, std::string& into)
{
    char chunk[65536];
    auto const n = ::read(fd, chunk, sizeof chunk);
    if (n > 0) {
        into.append(chunk, static_cast<std::size_t>(n));
    } else {
        ::close(fd);
        fd = -1;
    }
}

} // namespace

bool has(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

int count_of(std::string const& text, std::string const& part)
{
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

std::string read_file(std::string const& path)
{
    std::ifstream file(path, std::ios::binary);
    try {
        return {std::istreambuf_iterator<char>(file), {}};
    } catch (std::ios_base::failure const&) { // in /proc, of a process that has just gone
        return "";
    }
}

bool eventually(std::function<bool()> const& holds)
{
    return within(patience, holds);
}

bool soon(std::function<bool()> const& holds)
{
    return within(std::chrono::seconds(2), holds);
}

outcome run(std::vector<std::string> const& argv, std::string const& cwd,
            std::map<std::string, std::string> const& environment)
{
    auto text = argv;
    if (argv[0] == "setpriv")
        for (auto& word : text)
            word = for_nobody(word);
    int out[2], err[2];
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(err, O_CLOEXEC) == 0);
    int const pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        ::dup2(::open("/dev/null", O_RDONLY), 0);
        ::dup2(out[1], 1);
        ::dup2(err[1], 2);
        ::unsetenv("PROCD_SOCKET");
        for (auto const& [key, value] : environment)
            ::setenv(key.c_str(), value.c_str(), 1);
        if (::chdir(cwd.c_str()))
            ::_exit(98);
        std::vector<char*> words;
        for (auto const& word : text)
            words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        ::execvp(words[0], words.data());
        ::_exit(97);
    }
    ::close(out[1]);
    ::close(err[1]);
    outcome got;
    auto const limit = std::chrono::steady_clock::now() + patience;
    while (out[0] >= 0 || err[0] >= 0) {
        pollfd ready[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
        ::poll(ready, 2, 1000);
        if (out[0] >= 0 && ready[0].revents)
            read_some(out[0], got.out);
        if (err[0] >= 0 && ready[1].revents)
            read_some(err[0], got.err);
        if (std::chrono::steady_clock::now() > limit) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
            FAIL(argv[0] << " did not end in time; it said: " << got.out << got.err);
        }
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    got.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return got;
}

bool alive(int pid)
{
    auto const stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    auto const after = stat.rfind(')');
    return after != std::string::npos && after + 2 < stat.size() && stat[after + 2] != 'Z';
}

void kill_all(std::vector<int> const& pids)
{
    for (int const pid : pids)
        ::kill(pid, SIGKILL);
}

int guardian_of(app_under_test const& app)
{
    auto const pid = std::to_string(app.pid());
    std::istringstream children(read_file("/proc/" + pid + "/task/" + pid + "/children"));
    for (int child = 0; children >> child;)
        if (read_file("/proc/" + std::to_string(child) + "/comm") == "procd-guardian\n")
            return child;
    return 0;
}

std::vector<int> processes_with(std::string const& variable, std::string const& value)
{
    std::vector<int> found;
    auto const wanted = '\0' + variable + '=' + value + '\0';
    DIR* const proc = ::opendir("/proc");
    while (auto const* entry = ::readdir(proc)) {
        int const pid = std::atoi(entry->d_name);
        if (pid <= 0)
            continue;
        auto const environment = '\0' + read_file("/proc/" + std::to_string(pid) + "/environ");
        if (environment.find(wanted) != std::string::npos && alive(pid))
            found.push_back(pid);
    }
    ::closedir(proc);
    return found;
}

bool have_cgroup()
{
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        auto const type = line.find(" - cgroup2 ");
        if (type == std::string::npos)
            continue;
        auto const first =
            line.find(' ', line.find(' ', line.find(' ', line.find(' ') + 1) + 1) + 1);
        auto const path = line.substr(first + 1, line.find(' ', first + 1) - first - 1);
        return ::access(path.c_str(), W_OK) == 0;
    }
    return false;
}

// Cases may run at the same time: each process of the suite starts looking somewhere else, and
// holds a name for what it has taken until it ends.
int free_ports()
{
    static std::map<int, os::unique_fd> held; // what is ours may be given again, to a later case
    static std::atomic<int> next{10'000 + ::getpid() % 50 * 400};
    for (;;) {
        int const base = next.fetch_add(400) % 20'000 + 10'000;
        os::unique_fd name{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un own{};
        own.sun_family = AF_UNIX;
        auto const text = "procd-tests-ports-" + std::to_string(base);
        std::copy(text.begin(), text.end(), own.sun_path + 1); // of the abstract ones
        auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
        bool taken = !held.contains(base) &&
                     ::bind(name.get(), reinterpret_cast<sockaddr const*>(&own), size) != 0;
        for (int port = base; port < base + 400 && !taken; port += 100) {
            int const s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in any{};
            any.sin_family = AF_INET;
            any.sin_port = htons(static_cast<std::uint16_t>(port));
            taken = ::bind(s, reinterpret_cast<sockaddr const*>(&any), sizeof any) != 0;
            ::close(s);
        }
        if (!taken) {
            held.try_emplace(base, std::move(name));
            return base;
        }
    }
}

} // namespace test
