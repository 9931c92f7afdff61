#include "tests/integration/faulty_procd.hpp"

#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/http_client.hpp"
#include "tests/integration/app_under_test.hpp"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace test {

namespace {

using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

bool within(std::chrono::milliseconds limit, std::function<bool()> const& holds)
{
    auto const end = clock_type::now() + limit;
    while (!holds()) {
        if (clock_type::now() > end)
            return false;
        ::poll(nullptr, 0, 5);
    }
    return true;
}

// The live processes that have this word among their arguments.
std::vector<int> processes_with_argument(std::string const& word)
{
    std::vector<int> found;
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        auto const name = entry.path().filename().string();
        if (!std::isdigit(static_cast<unsigned char>(name[0])))
            continue;
        std::string line;
        try {
            line = read_file("/proc/" + name + "/cmdline");
        } catch (std::ios_base::failure const&) {
            continue; // it has ended meanwhile
        }
        if (has(line, '\0' + word + '\0') && alive(std::stoi(name)))
            found.push_back(std::stoi(name));
    }
    return found;
}

// Adds the cgroup directories below this one that belong to the app with this name. Others make and
// remove directories meanwhile, so one that cannot be read ends the search in it alone.
void collect_cgroups(std::filesystem::path const& below, std::string const& app,
                     std::vector<std::string>& found)
{
    namespace fs = std::filesystem;
    std::error_code error;
    for (fs::directory_iterator at(below, error), end; !error && at != end; at.increment(error)) {
        std::error_code gone;
        if (!at->is_directory(gone) || at->is_symlink(gone))
            continue;
        if (has(at->path().filename().string(), app + '-'))
            found.push_back(at->path());
        collect_cgroups(at->path(), app, found);
    }
}

std::vector<std::string> cgroups_of(std::string const& app)
{
    std::vector<std::string> found;
    collect_cgroups("/sys/fs/cgroup", app, found);
    return found;
}

} // namespace

faulty_procd::faulty_procd(fault which, long nth, int port)
    : which_(which), front_(port + 300),
      mark_(std::to_string(700'000'000 + ::getpid() % 10'000 * 10'000 + nth))
{
    std::ofstream(root_ / "Procfile")
        << "web: exec sleep " << mark_ << "\nworker: exec sleep " << mark_ << '\n';
    auto const listen = which.port == fault::front::there
                            ? "listen = \"127.0.0.1:" + std::to_string(front_) + "\"\n"
                            : std::string();
    std::ofstream(root_ / "procd.toml")
        << "[defaults]\nrollout = { min_ready = \"0s\" }\n"
           "[types.web]\nreadiness = { exec = \"true\", period = \"10s\" }\n"
        << listen << "[types.worker]\ncount = 1\n"
        << "liveness = { exec = [\"true\"], period = \"10s\" }\n";
    start(nth, port);
}

finding faulty_procd::take()
{
    finding found;
    if (within(10s, [this] { return ended() || !answer("GET", "/v1/status").empty(); })) {
        if (which_.from == fault::counting::from_start)
            walk();
        else
            found.wrong = supervise();
        if (which_.port == fault::front::there &&
            !within(5s, [this] { return ended() || front_port_answers(); }))
            found.wrong += " nobody serves the front port";
    }
    bool const by_itself = ended();
    // TERM comes again, because the call that failed may have been the write by which a signal
    // wakes the event loop.
    if (!stop_within(6s) && !stop_within(15s)) {
        found.wrong += " procd did not end after TERM";
        ::kill(pid_, SIGKILL);
        within(5s, [this] { return ended(); });
    }
    found.hit = std::filesystem::exists(root_ / "hit");
    found.refused = std::filesystem::exists(root_ / "hit.refused");
    found.code = code_;
    found.wrong += look_for_remains();
    found.said = read_file(root_ / "said");
    if (by_itself && code_ == 0)
        found.wrong += " procd ended by itself and said that all is well";
    if ((by_itself || code_ != 0) && !has(found.said, ::strerror(which_.error)) &&
        !has(found.said, which_.function) && !has(found.said, "std::bad_alloc"))
        found.wrong +=
            " procd ended with " + std::to_string(code_) + " and did not say what had failed";
    if (!found.wrong.empty())
        found.wrong += "; it said:\n" + found.said;
    return found;
}

std::string faulty_procd::look_for_remains()
{
    std::string wrong;
    if (!within(5s, [this] { return processes_with_argument(mark_).empty(); })) {
        wrong = " processes live on without procd";
        kill_all(processes_with_argument(mark_));
    }
    if (which_.port == fault::front::there &&
        !within(5s, [this] { return !http_client(front_).connected(); }))
        wrong += " the router lives on without procd";
    auto const app = std::filesystem::path(root_.path()).filename().string();
    if (!within(5s, [&app] { return cgroups_of(app).empty(); }))
        wrong += " a cgroup directory is left: " + cgroups_of(app).front();
    return wrong;
}

// No process of the app accepts connections, so the answer is the router's own.
bool faulty_procd::front_port_answers() const
{
    return get_once(front_, "/").status >= 500;
}

void faulty_procd::start(long nth, int port)
{
    std::vector<std::string> words{PROCD, "serve", "-t", "2", "-p", std::to_string(port)};
    std::vector<std::string> variables{"PATH=/usr/bin:/bin",
                                       "LD_PRELOAD=" FAIL_NTH,
                                       std::string("FAIL_FUNCTION=") + which_.function,
                                       "FAIL_NTH=" + std::to_string(nth),
                                       "FAIL_ERRNO=" + std::to_string(which_.error),
                                       "FAIL_REPORT=" + root_ / "hit"};
    if (which_.from == fault::counting::once_ready)
        variables.push_back("FAIL_AFTER=" + root_ / "go");
    if (which_.calls == fault::extent::all_from_there)
        variables.emplace_back("FAIL_ON=1");
    std::vector<char*> argv, environment;
    for (auto& word : words)
        argv.push_back(word.data());
    for (auto& variable : variables)
        environment.push_back(variable.data());
    argv.push_back(nullptr);
    environment.push_back(nullptr);
    auto const said = root_ / "said";
    pid_ = ::fork();
    if (pid_ != 0)
        return;
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(::open(said.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
    ::dup2(1, 2);
    if (::chdir(root_.path().c_str()) == 0)
        ::execve(argv[0], argv.data(), environment.data());
    ::_exit(97);
}

bool faulty_procd::ended()
{
    int status = 0;
    if (over_ || ::waitpid(pid_, &status, WNOHANG) != pid_)
        return over_;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return over_ = true;
}

bool faulty_procd::stop_within(std::chrono::seconds limit)
{
    ::kill(pid_, SIGTERM);
    return within(limit, [this] { return ended(); });
}

bool faulty_procd::all_up()
{
    return count_of(answer("GET", "/v1/processes"), "\"up\"") == 2;
}

// Two processes run. They are listed, one more is started, one is started anew, one gets a
// command beside it, and probes are set.
void faulty_procd::walk()
{
    answer("GET", "/v1/processes");
    within(3s, [this] { return ended() || all_up(); });
    answer("PATCH", "/v1/formation", "[\"worker=2\"]");
    answer("POST", "/v1/processes/worker.1/restart");
    auto const command = "timeout -s KILL 5 " PROCCTL " -s " + root_ / ".procd/procd.sock" +
                         " exec web.1 -- true >/dev/null 2>&1 </dev/null";
    if (std::system(command.c_str()) != 0)
        answer("GET", "/v1/events");
    answer("PUT", "/v1/healthchecks/worker",
           R"({"readiness": {"exec": ["true"], "period": "10s"}})");
    answer("GET", "/v1/logs");
}

// Once all is up, calls are counted: a process dies and is started again, another is wanted, and a
// release is made. A change that has failed must not stand in the way of the next.
std::string faulty_procd::supervise()
{
    if (!within(5s, [this] { return ended() || all_up(); }))
        return "";
    std::ofstream(root_ / "go").close();
    auto const before = processes_with_argument(mark_);
    if (!before.empty())
        ::kill(before.back(), SIGKILL);
    auto const begun_again = [this, &before] {
        auto const now = processes_with_argument(mark_);
        return now.size() == before.size() && now != before;
    };
    within(3s, [this, &begun_again] { return ended() || begun_again(); });
    answer("PATCH", "/v1/formation", "[\"worker=2\"]");
    auto const change_is_taken = [this] {
        return ended() || !has(answer("PUT", "/v1/healthchecks/worker",
                                      R"({"readiness": {"exec": ["true"], "period": "1s"}})"),
                               "Under way");
    };
    change_is_taken();
    return within(5s, change_is_taken) ? "" : " a change that has failed is still under way";
}

// The whole answer; empty when there is none.
std::string faulty_procd::answer(std::string const& method, std::string const& target,
                                 std::string const& body)
{
    os::unique_fd const s(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    timeval const limit{4, 0};
    ::setsockopt(s.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto const path = root_ / ".procd/procd.sock";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(s.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        return "";
    auto const text =
        method + ' ' + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    ::send(s.get(), text.data(), text.size(), MSG_NOSIGNAL);
    std::string got;
    std::vector<char> chunk(65536);
    for (ssize_t n; (n = ::read(s.get(), chunk.data(), chunk.size())) > 0;)
        got.append(chunk.data(), static_cast<std::size_t>(n));
    return got;
}

} // namespace test
