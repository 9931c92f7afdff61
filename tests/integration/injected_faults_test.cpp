// A call of the C library that fails must not leave a process of the app without a procd. Each case
// runs the same short journey again and again; in run N the Nth call of one function fails
// (tests/faults/fail_nth.c). It ends with the first run in which nothing was left to fail.
#include "supervisor/os/sanitizer.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace test;

namespace {

using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

struct fault {
    char const* function;
    int error;
};

// How one run has gone. Empty texts are good.
struct finding {
    bool hit = false;
    std::string wrong;
};

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

// One procd with a fault in it. Nothing here fails the test, because runs are made in threads: what
// is wrong is a text.
class journey {
public:
    journey(fault which, long nth, int port)
        : which_(which), mark_(std::to_string(700'000'000 + ::getpid() % 10'000 * 1'000 + nth))
    {
        std::ofstream(root_ / "Procfile")
            << "web: exec sleep " << mark_ << "\nworker: exec sleep " << mark_ << '\n';
        std::ofstream(root_ / "procd.toml")
            << "[defaults]\nrollout = { min_ready = \"0s\" }\n"
               "[types.web]\nreadiness = { exec = \"true\", period = \"10s\" }\n"
               "[types.worker]\ncount = 1\nliveness = { exec = [\"true\"], period = \"10s\" }\n";
        start(nth, port);
    }
    journey(journey const&) = delete;
    journey& operator=(journey const&) = delete;

    finding take()
    {
        if (within(10s, [this] { return ended() || !answer("GET", "/v1/status").empty(); }))
            walk();
        bool const by_itself = ended();
        // TERM comes again, because the call that failed may have been the write by which a signal
        // wakes the event loop.
        finding found;
        if (!stop_within(6s) && !stop_within(15s)) {
            found.wrong = "procd did not end after TERM";
            ::kill(pid_, SIGKILL);
            within(5s, [this] { return ended(); });
        }
        found.hit = std::filesystem::exists(root_ / "hit");
        if (!within(5s, [this] { return processes_with_argument(mark_).empty(); })) {
            found.wrong += " processes live on without procd";
            kill_all(processes_with_argument(mark_));
        }
        auto const said = read_file(root_ / "said");
        if ((by_itself || code_ != 0) && !has(said, ::strerror(which_.error)) &&
            !has(said, which_.function))
            found.wrong +=
                " procd ended with " + std::to_string(code_) + " and did not say what had failed";
        if (!found.wrong.empty())
            found.wrong += "; it said:\n" + said;
        return found;
    }

private:
    void start(long nth, int port)
    {
        std::vector<std::string> words{PROCD, "serve", "-t", "2", "-p", std::to_string(port)};
        std::vector<std::string> variables{"PATH=/usr/bin:/bin",
                                           "LD_PRELOAD=" FAIL_NTH,
                                           std::string("FAIL_FUNCTION=") + which_.function,
                                           "FAIL_NTH=" + std::to_string(nth),
                                           "FAIL_ERRNO=" + std::to_string(which_.error),
                                           "FAIL_REPORT=" + root_ / "hit"};
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

    bool ended()
    {
        int status = 0;
        if (over_ || ::waitpid(pid_, &status, WNOHANG) != pid_)
            return over_;
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return over_ = true;
    }

    bool stop_within(std::chrono::seconds limit)
    {
        ::kill(pid_, SIGTERM);
        return within(limit, [this] { return ended(); });
    }

    // Two processes run. They are listed, one more is started, one is started anew, one gets a
    // command beside it, and probes are set.
    void walk()
    {
        answer("GET", "/v1/processes");
        within(3s, [this] {
            return ended() || count_of(answer("GET", "/v1/processes"), "\"up\"") == 2;
        });
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

    // The whole answer; empty when there is none.
    std::string answer(std::string const& method, std::string const& target,
                       std::string const& body = "")
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

    fault which_;
    std::string mark_;
    tests::temp_dir root_;
    pid_t pid_ = -1;
    bool over_ = false;
    int code_ = 0;
};

// Several runs at once, because a run mostly waits. The first runs without a hit end the case.
void fail_each_call(fault which)
{
    constexpr int at_once = 4;
    for (long first = 1;; first += at_once) {
        std::vector<finding> found(at_once);
        std::vector<std::thread> runs;
        for (int i = 0; i < at_once; ++i) {
            int const port = free_ports();
            runs.emplace_back([&found, which, i, nth = first + i, port] {
                found[static_cast<std::size_t>(i)] = journey(which, nth, port).take();
            });
        }
        for (auto& run : runs)
            run.join();
        for (int i = 0; i < at_once; ++i) {
            INFO("call " << first + i << " of " << which.function << " failed");
            CHECK(found[static_cast<std::size_t>(i)].wrong == "");
        }
        auto const hits = std::count_if(found.begin(), found.end(), [](auto& f) { return f.hit; });
        if (first == 1 && hits == 0) {
            SKIPPED("procd makes no such call here that a library could see: " << which.function);
            return;
        }
        if (hits < at_once)
            return;
    }
}

// The environment of a procd that gets no memory at its first attempt after the file `go` is there.
setting without_memory(std::string const& go)
{
    return {.options = {"serve", "-t", "2"},
            .environment = {{"LD_PRELOAD", FAIL_NTH},
                            {"FAIL_FUNCTION", "malloc"},
                            {"FAIL_NTH", "1"},
                            {"FAIL_ERRNO", std::to_string(ENOMEM)},
                            {"FAIL_REPORT", go + ".hit"},
                            {"FAIL_AFTER", go}}};
}

// Whether the faults can be put into procd here.
bool can_preload()
{
#ifdef OS_SANITIZED
    SKIPPED("a sanitizer's library has to be the first that is loaded");
    return false;
#else
    return true;
#endif
}

} // namespace

TEST_CASE("an exception in a request ends this request alone, and is logged", "[faults]")
{
    if (!can_preload())
        return;
    tests::temp_dir const outside;
    auto const go = outside / "go";
    app_under_test app("web: exec sleep 60\n", without_memory(go));
    app.expect_states({{"web.1", "up"}});
    std::ofstream(go).close();
    CHECK(app.request("GET", "/v1/processes").status == 0);
    app.expect("internal error in ");
    app.expect("the control socket: out of memory (std::bad_alloc)");
    app.expect_states({{"web.1", "up"}});
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
}

#define FAULT_CASE(function, error)                                                                \
    TEST_CASE("nothing is left unsupervised when a call of " function " fails", "[faults]")        \
    {                                                                                              \
        if (can_preload())                                                                         \
            fail_each_call({function, error});                                                     \
    }

FAULT_CASE("dup", EMFILE)
FAULT_CASE("pipe2", EMFILE)
FAULT_CASE("socketpair", EMFILE)
FAULT_CASE("syscall", EAGAIN)
FAULT_CASE("fork", EAGAIN)
FAULT_CASE("epoll_ctl", ENOSPC)
FAULT_CASE("accept4", EMFILE)
FAULT_CASE("write", EIO)
FAULT_CASE("fsync", EIO)
FAULT_CASE("rename", EIO)
FAULT_CASE("open", EMFILE)
