#include "tests/integration/app_under_test.hpp"

#include "tests/fixtures/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test {

namespace {

void write_file(std::string const& path, std::string const& text)
{
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

[[noreturn]] void become_procd(std::string const& root, std::vector<std::string> const& argv,
                               setting const& how)
{
    for (char const* name : {"PROCD_SOCKET", "PORT", "NO_COLOR", "CLICOLOR_FORCE",
                             "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "NOTIFY_SOCKET"})
        ::unsetenv(name);
    ::setenv("TERM", "xterm", 1);
    for (auto const& [key, value] : how.environment)
        ::setenv(key.c_str(), value.c_str(), 1);
    if (how.open_files) {
        rlimit const limit{*how.open_files, *how.open_files};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (how.deaf) {
        ::signal(SIGCHLD, SIG_IGN);
        sigset_t term;
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &term, nullptr);
    }
    if (how.ordinary_user && (::setgroups(0, nullptr) || ::setgid(nobody) || ::setuid(nobody)))
        ::_exit(99);
    if (::chdir(root.c_str()))
        ::_exit(98);
    std::vector<char*> words;
    for (auto const& word : argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(97);
}

} // namespace

app_under_test::app_under_test(std::string const& procfile, setting how)
{
    name_ = directory_.path().substr(directory_.path().rfind('/') + 1);
    ordinary_user_ = how.ordinary_user;
    if (!procfile.empty())
        write_file(file("Procfile"), reachable(procfile));
    for (auto const& [name, text] : how.files)
        write_file(file(name), reachable(text));
    for (auto const& [name, target] : how.links)
        std::filesystem::create_symlink(target, file(name));
    if (ordinary_user_) {
        REQUIRE(::chown(root().c_str(), nobody, nobody) == 0);
    }
    start(how);
}

void app_under_test::start(setting const& how)
{
    port_ = free_ports();
    auto argv = how.wrapper;
    argv.push_back(reachable(PROCD));
    argv.insert(argv.end(), how.options.begin(), how.options.end());
    auto const given = std::find(argv.begin(), argv.end(), "-p");
    if (given == argv.end()) {
        argv.push_back("-p");
        argv.push_back(std::to_string(port_));
    }
    if (how.terminal) {
        winsize const size{24, 80, 0, 0};
        pid_ = ::forkpty(&output_, nullptr, nullptr, &size);
        REQUIRE(pid_ >= 0);
        if (pid_ == 0)
            become_procd(root(), argv, how);
    } else {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            ::dup2(::open("/dev/null", O_RDONLY), 0);
            ::dup2(ends[1], 1);
            ::dup2(ends[1], 2);
            become_procd(root(), argv, how);
        }
        ::close(ends[1]);
        output_ = ends[0];
    }
    ::fcntl(output_, F_SETFD, FD_CLOEXEC);
    if (how.read_output)
        start_reading();
}

void app_under_test::start_again(setting const& how)
{
    wait();
    if (reader_.joinable())
        reader_.join();
    ::close(output_);
    code_.reset();
    start(how);
}

std::string app_under_test::reachable(std::string const& text) const
{
    return ordinary_user_ ? for_nobody(text) : text;
}

void app_under_test::write(std::string const& name, std::string const& text)
{
    write_file(file(name + ".new"), reachable(text));
    REQUIRE(std::rename(file(name + ".new").c_str(), file(name).c_str()) == 0);
}

void app_under_test::start_reading()
{
    all_read_ = false;
    reader_ = std::thread([this] {
        std::vector<char> chunk(65536);
        for (;;) {
            auto const n = ::read(output_, chunk.data(), chunk.size());
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0) {
                all_read_ = true;
                return;
            }
            std::lock_guard const hold(lock_);
            text_.append(chunk.data(), static_cast<std::size_t>(n));
        }
    });
}

app_under_test::~app_under_test()
{
    if (running()) {
        signal(SIGKILL);
        wait();
    }
    eventually([this] { return processes().empty(); });
    for (int const left : processes())
        ::kill(left, SIGKILL);
    if (!reader_.joinable())
        start_reading();
    reader_.join();
    ::close(output_);
}

std::string app_under_test::output() const
{
    std::lock_guard const hold(lock_);
    return text_;
}

void app_under_test::expect(std::string const& text)
{
    bool const seen = eventually([&] { return output().find(text) != std::string::npos; });
    if (!seen)
        FAIL("expected in the output: " << text << '\n' << dump());
    SUCCEED();
}

void app_under_test::type(std::string const& keys)
{
    REQUIRE(::write(output_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
}

void app_under_test::resize(int rows, int columns)
{
    winsize const size{static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0,
                       0};
    REQUIRE(::ioctl(output_, TIOCSWINSZ, &size) == 0);
}

void app_under_test::signal(int number)
{
    ::kill(pid_, number);
}

bool app_under_test::running() const
{
    siginfo_t info{};
    return !code_ &&
           ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

int app_under_test::wait()
{
    if (code_)
        return *code_;
    if (!eventually([this] { return !running(); })) {
        auto const seen = dump();
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        code_ = 137;
        FAIL("procd did not end\n" << seen);
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (reader_.joinable())
        eventually([this] { return all_read_ || !processes().empty(); });
    return *code_;
}

outcome app_under_test::ctl(std::vector<std::string> words, std::string const& below)
{
    words.insert(words.begin(), reachable(PROCCTL));
    if (ordinary_user_) // procctl trusts no socket of another user, not even root's procctl
        words.insert(words.begin(),
                     {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    return run(words, below.empty() ? root() : file(below));
}

app_under_test::answer app_under_test::request(std::string const& method, std::string const& target,
                                               std::string const& body)
{
    int const s = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto const path = file(".procd/procd.sock");
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(eventually([&] {
        return ::connect(s, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
    }));
    auto const text =
        method + ' ' + target + " HTTP/1.1\r\nHost: procd\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    ::send(s, text.data(), text.size(), MSG_NOSIGNAL);
    std::string raw;
    std::vector<char> chunk(65536);
    for (ssize_t n; (n = ::read(s, chunk.data(), chunk.size())) > 0;)
        raw.append(chunk.data(), static_cast<std::size_t>(n));
    ::close(s);
    answer got;
    if (raw.size() > 12)
        got.status = std::stoi(raw.substr(9, 3));
    auto const head = raw.find("\r\n\r\n");
    auto const payload = head == std::string::npos ? "" : raw.substr(head + 4);
    if (raw.substr(0, head).find("chunked") == std::string::npos) {
        got.body = payload;
        return got;
    }
    for (std::size_t at = 0; at < payload.size();) {
        auto const size = std::stoul(payload.substr(at), nullptr, 16);
        auto const start = payload.find("\r\n", at) + 2;
        if (size == 0)
            break;
        got.body += payload.substr(start, size);
        at = start + size + 2;
    }
    return got;
}

boost::json::value app_under_test::answer::json() const
{
    return boost::json::parse(body);
}

std::map<std::string, std::string> app_under_test::states()
{
    std::map<std::string, std::string> seen;
    auto const got = request("GET", "/v1/processes");
    auto const list = got.json();
    for (auto const& process : list.as_array())
        seen[process.at("name").as_string().c_str()] = process.at("state").as_string().c_str();
    return seen;
}

boost::json::object app_under_test::process(std::string const& name)
{
    return request("GET", "/v1/processes/" + name).json().as_object();
}

void app_under_test::expect_states(std::map<std::string, std::string> const& wanted)
{
    if (!eventually([&] { return states() == wanted; }))
        FAIL("other states than expected\n"
             << request("GET", "/v1/processes").body << '\n'
             << dump());
    SUCCEED();
}

std::vector<int> app_under_test::processes() const
{
    return processes_with("PROCD_APP", name_);
}

std::string app_under_test::dump() const
{
    auto text = output();
    if (text.size() > 8000)
        text = text.substr(0, 2000) + "\n…\n" + text.substr(text.size() - 6000);
    std::string tree;
    for (int const pid : processes())
        tree += ' ' + std::to_string(pid);
    return "procd " + std::to_string(pid_) + " in " + root() + " said:\n" + text +
           "\nprocesses of the app:" + tree;
}

} // namespace test
