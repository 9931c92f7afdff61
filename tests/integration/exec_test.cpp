// ps:exec through the real procctl: exit codes, streams, terminals, and processes left behind.
#include "supervisor/core/stream_frame.hpp"
#include "supervisor/os/unix_socket.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace test;

namespace {

std::vector<std::string> shell(std::string const& text)
{
    return {"ps:exec", "web.1", "--", "sh", "-c", text};
}

// procctl on a terminal of its own.
class on_terminal {
public:
    on_terminal(app_under_test const& app, std::vector<std::string> words, winsize size)
    {
        pid_ = ::forkpty(&master_, nullptr, nullptr, &size);
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            std::vector<char*> argv{const_cast<char*>(PROCCTL)};
            for (auto& word : words)
                argv.push_back(word.data());
            argv.push_back(nullptr);
            if (::chdir(app.root().c_str()) != 0)
                ::_exit(97);
            ::execv(argv[0], argv.data());
            ::_exit(97);
        }
    }
    on_terminal(on_terminal const&) = delete;
    on_terminal& operator=(on_terminal const&) = delete;
    ~on_terminal()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(master_);
    }

    void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }
    void type(std::string const& keys)
    {
        REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    }
    void resize(winsize size) { REQUIRE(::ioctl(master_, TIOCSWINSZ, &size) == 0); }
    // Reads until the text has come. Everything up to then counts as read.
    bool sees(std::string const& text)
    {
        char bytes[4096];
        while (seen_.find(text) == std::string::npos) {
            auto const got = ::read(master_, bytes, sizeof bytes);
            if (got <= 0)
                return false;
            seen_.append(bytes, static_cast<std::size_t>(got));
        }
        return true;
    }
    int wait()
    {
        char bytes[4096];
        while (::read(master_, bytes, sizeof bytes) > 0) {
        }
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    std::string const& seen() const { return seen_; }

private:
    int master_ = -1;
    pid_t pid_ = -1;
    std::string seen_;
};

} // namespace

TEST_CASE("exec has the command's code, and keeps its streams apart", "[exec]")
{
    app_under_test app("web: exec sleep 60\n", {.files = {{".env", "A=from-file\n"}}});
    app.expect_states({{"web.1", "up"}});
    auto const both = app.ctl(shell("echo a; echo b >&2; exit 3"));
    CHECK(both.code == 3);
    CHECK(both.out == "a\n");
    CHECK(both.err == "b\n");
    CHECK(app.ctl(shell("echo $A $PORT $PS; pwd")).out ==
          "from-file " + std::to_string(app.port()) + " web.1\n" + app.root() + "\n");
    CHECK(app.ctl(shell("kill -KILL $$")).code == 137);
    auto const missing = app.ctl({"exec", "web.1", "--", "no-such-command"});
    CHECK(missing.code == 127);
    CHECK(missing.err.starts_with("procctl: could not start: exec no-such-command"));
    CHECK(app.ctl({"exec", "web.1", "--", "/etc/passwd"}).code == 126);
    CHECK(app.ctl({"exec", "web.9", "--", "true"}).code == 125);
    CHECK(app.ctl({"exec", "web", "--", "true"}).code == 125);
    REQUIRE(app.ctl({"stop", "web.1"}).code == 0);
    auto const stopped = app.ctl({"exec", "web.1", "--", "true"});
    CHECK(stopped.code == 125);
    CHECK(stopped.err ==
          "procctl: web.1 is not running (stopped), so no command can run beside it\n");
    app.signal(SIGTERM);
    app.wait();
    CHECK(app.ctl({"exec", "web.1", "--", "true"}).code == 125);
}

TEST_CASE("megabytes through exec come back as they went in", "[exec]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    std::string bytes;
    for (std::uint32_t x = 1; bytes.size() < 8u << 20; x = x * 1664525 + 1013904223)
        bytes.append(reinterpret_cast<char const*>(&x), sizeof x);
    std::ofstream(app.file("in"), std::ios::binary) << bytes;
    auto const passed =
        run({"sh", "-c", "'" PROCCTL "' ps:exec web.1 -i -- cat < in > out"}, app.root());
    INFO(passed.err);
    CHECK(passed.code == 0);
    std::ifstream file(app.file("out"), std::ios::binary);
    CHECK(std::string{std::istreambuf_iterator<char>(file), {}} == bytes);
    // A command may end without reading its input.
    CHECK(run({"sh", "-c", "'" PROCCTL "' ps:exec web.1 -i -- sh -c 'exit 5' < in"}, app.root())
              .code == 5);
    // Without -i the command has no input.
    CHECK(run({"sh", "-c", "'" PROCCTL "' ps:exec web.1 -- wc -c < in"}, app.root()).out == "0\n");
}

TEST_CASE("exec on a terminal is a shell: size, resize, Ctrl-C, code", "[exec]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    on_terminal shell(app, {"ps:exec", "web.1", "-it", "--", "sh"}, {30, 100, 0, 0});
    shell.type("echo size $(stty size) port $PORT; tty\n");
    CHECK(shell.sees("size 30 100 port " + std::to_string(app.port()) + "\r\n"));
    CHECK(shell.sees("/dev/pts/"));
    shell.resize({25, 90, 0, 0});
    shell.type("while test \"$(stty size)\" != '25 90'; do sleep 0.01; done; echo re''sized\n");
    CHECK(shell.sees("resized\r\n"));
    // The job prints the text itself, because a shell between fork and exec ignores a Ctrl-C.
    shell.type("sh -c \"echo wait''ing; exec sleep 60\"; echo interrup''ted\n");
    CHECK(shell.sees("waiting\r\n"));
    shell.type("\x03");
    shell.type("echo next $?\n");
    CHECK(shell.sees("next 130\r\n"));
    shell.type("exit 7\n");
    CHECK(shell.wait() == 7);
}

TEST_CASE("without -t the command gets Ctrl-C and other signals, and its code is kept", "[exec]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const clean_up = [](std::string const& name) {
        return "trap 'echo cleaned up after " + name + "; exit 7' " + name +
               "; echo ready; while :; do sleep 0.01; done";
    };
    {
        on_terminal command(app, shell(clean_up("INT")), {30, 100, 0, 0});
        REQUIRE(command.sees("ready"));
        command.type("\x03");
        CHECK(command.sees("cleaned up after INT"));
        CHECK(command.wait() == 7);
    }
    for (auto const& [name, number] :
         {std::pair{"TERM", SIGTERM}, std::pair{"HUP", SIGHUP}, std::pair{"QUIT", SIGQUIT}}) {
        on_terminal command(app, shell(clean_up(name)), {30, 100, 0, 0});
        REQUIRE(command.sees("ready"));
        command.signal(number);
        CHECK(command.sees("cleaned up after " + std::string(name)));
        CHECK(command.wait() == 7);
    }
    on_terminal plain(app, shell("echo ready; exec sleep 60"), {30, 100, 0, 0});
    REQUIRE(plain.sees("ready"));
    plain.type("\x03");
    CHECK(plain.wait() == 130);
}

namespace {

// procctl whose stdin is a big file, and whose stdout is the file `out` in the root.
class with_big_stdin {
public:
    with_big_stdin(app_under_test const& app, std::string const& command) : out_(app.file("out"))
    {
        auto const big = app.file("big");
        std::ofstream(big) << std::string(size, 'x');
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            if (::chdir(app.root().c_str()) != 0 || !std::freopen(big.c_str(), "r", stdin) ||
                !std::freopen("out", "w", stdout))
                ::_exit(97);
            ::execl(PROCCTL, PROCCTL, "ps:exec", "web.1", "-i", "--", "sh", "-c", command.c_str(),
                    nullptr);
            ::_exit(97);
        }
    }
    with_big_stdin(with_big_stdin const&) = delete;
    with_big_stdin& operator=(with_big_stdin const&) = delete;
    ~with_big_stdin()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    static constexpr long size = 8 << 20;
    std::string out() const { return read_file(out_); }
    void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }
    // How many bytes of its stdin procctl has read.
    long has_read() const
    {
        auto const info = read_file("/proc/" + std::to_string(pid_) + "/fdinfo/0");
        auto const at = info.find("pos:");
        return at == std::string::npos ? -1 : std::stol(info.substr(at + 4));
    }
    int wait()
    {
        int status = 0;
        REQUIRE(eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }));
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    std::string out_;
    pid_t pid_ = -1;
};

constexpr long one_pipe = 64 << 10;

} // namespace

TEST_CASE("signals pass a command's stdin that it does not read, and none of that is lost",
          "[exec]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    with_big_stdin procctl(app, "n=0; trap 'n=$((n+1)); echo got $n' INT; echo ready; "
                                "while [ $n -lt 3 ]; do sleep 0.01; done; wc -c; exit 7");
    REQUIRE(eventually([&] { return has(procctl.out(), "ready"); }));
    REQUIRE(eventually([&] { return procctl.has_read() >= one_pipe; }));
    for (std::string const n : {"1", "2"}) {
        procctl.signal(SIGINT);
        REQUIRE(eventually([&] { return has(procctl.out(), "got " + n + "\n"); }));
    }
    CHECK(procctl.has_read() <= 4 * one_pipe); // it is held back
    procctl.signal(SIGINT);
    CHECK(procctl.wait() == 7);
    CHECK(has(procctl.out(), std::to_string(with_big_stdin::size)));
}

TEST_CASE("a command that does not read its stdin ends by a signal", "[exec]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const number = GENERATE(SIGINT, SIGTERM, SIGHUP, SIGQUIT);
    with_big_stdin procctl(app, "export MARK=deaf-exec; echo ready; exec sleep 60");
    auto const marked = [] { return processes_with("MARK", "deaf-exec"); };
    REQUIRE(eventually([&] { return has(procctl.out(), "ready"); }));
    REQUIRE(eventually([&] { return procctl.has_read() >= one_pipe; }));
    REQUIRE(eventually([&] { return marked().size() == 1; }));
    procctl.signal(number);
    CHECK(procctl.wait() == 128 + number);
    CHECK(eventually([&] { return marked().empty(); }));
}

TEST_CASE("a client that sends more of its stdin than procd has allowed loses nothing", "[exec]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const client = os::connect_unix(app.file(".procd/procd.sock")).value();
    REQUIRE(os::limit_receive(client.get(), std::chrono::seconds(30)).has_value());
    std::string const body = R"({"command":["wc","-c"],"stdin":true})";
    std::string sent = "POST /v1/processes/web.1/exec HTTP/1.1\r\nHost: x\r\n"
                       "Connection: Upgrade\r\nUpgrade: procd-stream\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body;
    core::append_frame(sent, core::frame_type::stdin_data, std::string(1'000'000, 'x'));
    core::append_frame(sent, core::frame_type::stdin_eof, {});
    REQUIRE(os::send_all(client.get(), sent).has_value());
    std::string room(1 << 16, '\0'), all;
    for (std::size_t got = 1; got > 0; all.append(room, 0, got))
        got = os::receive(client.get(), room.data(), room.size()).value();
    auto const frames_begin = all.find("\r\n\r\n") + 4;
    core::frame_reader frames;
    frames.feed(std::string_view(all).substr(frames_begin));
    std::uint64_t credit = 0;
    std::string out;
    auto const first = frames.next();
    REQUIRE(first);
    CHECK(*first ==
          core::frame{core::frame_type::credit, core::credit_payload(core::input_window)});
    while (auto const f = frames.next()) {
        if (f->type == core::frame_type::credit)
            credit += core::parse_credit(f->payload).value();
        else if (f->type == core::frame_type::stdout_data)
            out += f->payload;
        else
            CHECK(*f == core::frame{core::frame_type::exit, std::string(1, '\0')});
    }
    CHECK(out == "1000000\n");
    CHECK(credit <= 1'000'000);
}

TEST_CASE("a killed procctl leaves nothing of its command behind, nor does its process's end",
          "[exec]")
{
    auto const ordinary_user = GENERATE(false, true);
    if (ordinary_user && ::geteuid() != 0) {
        SKIPPED("needs root to become an ordinary user; it has run as this one");
        return;
    }
    app_under_test app("web: exec sleep 60\n", {.ordinary_user = ordinary_user});
    app.expect_states({{"web.1", "up"}});
    auto const marked = [] { return processes_with("MARK", "exec-test"); };
    auto const text = "export MARK=exec-test; sleep 61 & setsid sleep 62 & exec sleep 63";
    auto const procctl = ordinary_user ? for_nobody(PROCCTL) : PROCCTL;
    auto const begin = [&] {
        auto const pid = ::fork();
        if (pid == 0) {
            if (::chdir(app.root().c_str()) != 0 ||
                (ordinary_user && ::setresuid(65534, 65534, 65534) != 0))
                ::_exit(97);
            ::execl(procctl.c_str(), PROCCTL, "ps:exec", "web.1", "--", "sh", "-c", text, nullptr);
            ::_exit(97);
        }
        REQUIRE(eventually([&] { return marked().size() == 3; }));
        return pid;
    };
    auto const client = begin();
    ::kill(client, SIGKILL);
    ::waitpid(client, nullptr, 0);
    CHECK(eventually([&] { return marked().empty(); }));
    CHECK(app.process("web.1").at("restarts") == 0);

    auto const other = begin();
    ::kill(app.process("web.1").at("pid").to_number<int>(), SIGKILL);
    int status = 0;
    ::waitpid(other, &status, 0);
    CHECK(WEXITSTATUS(status) == 137);
    CHECK(eventually([&] { return marked().empty(); }));
    app.expect_states({{"web.1", "up"}}); // and it did not have to wait for them

    auto const last = begin();
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    ::waitpid(last, &status, 0);
    CHECK(eventually([&] { return marked().empty(); }));
}
