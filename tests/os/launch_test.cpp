#include "supervisor/os/launch.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/os/signals.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using Catch::Matchers::Contains;
using test::puppet;

namespace {

core::never_started failure_of(os::launch_request const& request)
{
    auto const child = os::launch(request);
    REQUIRE(child);
    auto const status = test::launched(*child);
    CHECK(status.phase == os::launch_phase::failed);
    CHECK(test::end_of(child->pid) == core::exit_status{core::exited{127}});
    return status.failure;
}

bool is_root()
{
    return ::geteuid() == 0;
}

} // namespace

TEST_CASE("a launched process writes to the pipe and its end is reported", "[launch]")
{
    test::clean_up const clean;
    auto const child = os::launch(puppet({"echo", "hello", "exit", "3"}));
    REQUIRE(child);
    CHECK(test::launched(*child).phase == os::launch_phase::running);
    CHECK(test::read_all(child->output.get()) == "hello\n");
    CHECK(test::end_of(child->pid) == core::exit_status{core::exited{3}});
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("stdout and stderr are one pipe and stdin is /dev/null", "[launch]")
{
    test::clean_up const clean;
    auto request = puppet({});
    request.argv = {"/bin/sh", "-c", "echo out; echo err >&2; cat"};
    CHECK(test::output_of(request) == "out\nerr\n");
}

TEST_CASE("stdin may be a descriptor of the caller's, which stays open", "[launch]")
{
    test::clean_up const clean;
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    os::unique_fd const reading{ends[0]};
    os::unique_fd writing{ends[1]};
    auto request = puppet({});
    request.argv = {"/bin/sh", "-c", "cat; ls /proc/self/fd | wc -l"};
    request.input_fd = reading.get();
    auto const child = os::launch(request);
    REQUIRE(child);
    REQUIRE(::write(writing.get(), "hello\n", 6) == 6);
    writing.reset();
    CHECK(test::read_all(child->output.get()) == "hello\n4\n"); // 0, 1, 2, and that of ls
    CHECK(test::end_of(child->pid) == core::exit_status{core::exited{0}});
    CHECK(::fcntl(reading.get(), F_GETFD) == FD_CLOEXEC);
}

TEST_CASE("a launched process has its own session and group", "[launch]")
{
    test::clean_up const clean;
    auto const child = os::launch(puppet({"print-ids"}));
    REQUIRE(child);
    std::string const pid = std::to_string(child->pid);
    CHECK_THAT(test::read_all(child->output.get()),
               Contains("pid " + pid + " pgrp " + pid + " sid " + pid + "\n"));
    test::end_of(child->pid);
}

TEST_CASE("no descriptor but the standard ones is passed on", "[launch]")
{
    test::clean_up const clean;
    int const leaky = ::open("/dev/zero", O_RDONLY);
    int const high = ::fcntl(leaky, F_DUPFD, 200);
    std::string const text = test::output_of(puppet({"print-fds"}));
    ::close(leaky);
    ::close(high);
    CHECK_THAT(text, Contains("0 /dev/null\n1 pipe:["));
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("signals are neither blocked nor ignored in the child, and stay so here", "[launch]")
{
    test::clean_up const clean;
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGRTMIN);
    ::sigprocmask(SIG_BLOCK, &blocked, &before);
    auto* const pipe_was = ::signal(SIGPIPE, SIG_IGN);
    auto* const hup_was = ::signal(SIGHUP, SIG_IGN);
    std::string const text = test::output_of(puppet({"print-signals"}));
    sigset_t now;
    ::sigprocmask(SIG_SETMASK, &before, &now);
    CHECK(::signal(SIGPIPE, pipe_was) == SIG_IGN);
    CHECK(::signal(SIGHUP, hup_was) == SIG_IGN);
    CHECK(sigismember(&now, SIGUSR1) == 1);
    CHECK(sigismember(&now, SIGUSR2) == 0);
    CHECK_THAT(text, Contains("SigBlk:\t0000000000000000"));
    CHECK_THAT(text, Contains("SigIgn:\t0000000000000000"));
}

TEST_CASE("a variable of its own takes the place of a shared one of the same name", "[launch]")
{
    test::clean_up const clean;
    using entries = std::vector<std::string>;
    auto request = puppet({"print-env"});
    request.shared_environment = {
        std::make_shared<entries const>(entries{"A=1", "AB=2", "BA=3", "C=D=4", "E="}),
        std::make_shared<entries const>(entries{"F=5", "G=H=6"})};
    request.environment = {"BA=own", "G=own", "X=A=own", "C=", "EE=own"};
    CHECK(test::output_of(request) == "A=1\nAB=2\nE=\nF=5\n"
                                      "BA=own\nG=own\nX=A=own\nC=\nEE=own\n");
}

TEST_CASE("environment, directory, umask and limits are those of the request", "[launch]")
{
    test::clean_up const clean;
    auto request = puppet({"print-env"});
    request.environment = {"A=1", "B=two words"};
    CHECK(test::output_of(request) == "A=1\nB=two words\n");

    request = puppet({"print-place"});
    request.cwd = "/usr";
    request.umask = 027;
    request.open_files = 77;
    CHECK(test::output_of(request) == "cwd /usr\numask 027\nnofile 77 77\n");

    request.open_files.reset();
    request.original_nofile = {65, 99};
    CHECK_THAT(test::output_of(request), Contains("nofile 65 99"));
}

TEST_CASE("a command without a slash is looked up in the PATH of its environment", "[launch]")
{
    test::clean_up const clean;
    std::filesystem::path const program = PUPPET;
    os::launch_request request;
    request.argv = {program.filename(), "echo", "found"};
    request.environment = {"PATH=/nowhere:/etc/passwd:" + program.parent_path().string()};
    CHECK(test::output_of(request) == "found\n");
    request.environment = {"PATH=/nowhere"};
    auto const failure = failure_of(request);
    CHECK(failure.stage == "exec");
    CHECK(failure.error == ENOENT);
    CHECK(failure.detail == program.filename());
}

TEST_CASE("a launch that fails in the child names the step and what it failed on", "[launch]")
{
    test::clean_up const clean;
    auto request = puppet({});
    request.argv = {"/nonexistent/program"};
    CHECK(failure_of(request) == core::never_started{"exec", ENOENT, "/nonexistent/program"});
    request.argv = {"/etc/passwd"};
    CHECK(failure_of(request) == core::never_started{"exec", EACCES, "/etc/passwd"});

    request = puppet({"exit", "0"});
    request.cwd = "/nonexistent";
    CHECK(failure_of(request) == core::never_started{"chdir", ENOENT, "/nonexistent"});
    request.cwd = "/etc/passwd";
    CHECK(failure_of(request).error == ENOTDIR);
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a launch without descriptors left fails here and leaves nothing", "[launch]")
{
    test::clean_up const clean;
    // The first launch opens the null device and keeps it, so it is done before descriptors are
    // counted.
    test::output_of(puppet({"exit", "0"}));
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    rlimit const low{64, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    std::vector<os::unique_fd> filler;
    for (int fd = 0; fd >= 0;)
        filler.emplace_back(fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC));
    auto const child = os::launch(puppet({"exit", "0"}));
    filler.clear();
    ::setrlimit(RLIMIT_NOFILE, &limit);
    REQUIRE(!child);
    CHECK(child.error() == core::never_started{"pipe", EMFILE, ""});
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("the output of several launches can go to one descriptor", "[launch]")
{
    test::clean_up const clean;
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    os::unique_fd const ours{ends[0]};
    os::unique_fd theirs{ends[1]};
    auto request = puppet({"echo", "one"});
    request.merge_output_into = theirs.get();
    auto const child = os::launch(request);
    REQUIRE(child);
    CHECK(!child->output);
    theirs.reset();
    CHECK(test::read_all(ours.get()) == "one\n");
    CHECK(test::end_of(child->pid) == core::exit_status{core::exited{0}});
}

TEST_CASE("a pty controls no process, and bytes pass unchanged", "[launch][pty]")
{
    test::clean_up const clean;
    auto request = puppet({"print-tty"});
    request.pty = true;
    request.window = {33, 111};
    CHECK(test::output_of(request) ==
          "isatty 0 1\nisatty 1 1\nisatty 2 1\nsize 33x111\ncontrolling 0\nforeground 0\n");
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a pty for a person is the controlling terminal", "[launch][pty]")
{
    test::clean_up const clean;
    auto request = puppet({"print-tty"});
    request.pty = request.interactive = true;
    CHECK_THAT(test::output_of(request), Contains("controlling 1\r\nforeground 1\r\n"));
}

TEST_CASE("on a pty a process leads a group in a session without a leader", "[launch][pty]")
{
    test::clean_up const clean;
    auto request = puppet({"print-ids"});
    request.pty = true;
    auto const child = os::launch(request);
    REQUIRE(child);
    CHECK(child->session != child->pid);
    CHECK(!os::read_stat(child->session));
    std::string const pid = std::to_string(child->pid);
    auto const wanted =
        "pid " + pid + " pgrp " + pid + " sid " + std::to_string(child->session) + "\n";
    CHECK_THAT(test::read_until(child->output.get(), wanted), Contains(wanted));
    CHECK(std::holds_alternative<core::exited>(test::end_of(child->pid)));
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("a shell on a pty cannot make it the controlling terminal", "[launch][pty]")
{
    test::clean_up const clean;
    auto request = puppet({});
    request.argv = {"/bin/sh", "-c", "name=$(tty) && : < \"$name\" && (: < /dev/tty); echo over"};
    request.pty = true;
    auto const text = test::output_of(request);
    CHECK_THAT(text, Contains("/dev/tty"));
    CHECK_THAT(text, Contains("over\n"));
}

TEST_CASE("the output of a pty goes on while its slave is held, and then ends", "[launch][pty]")
{
    test::clean_up const clean;
    auto request = puppet({"echo", "all of it", "close-output", "exit", "0"});
    request.pty = true;
    auto child = os::launch(request);
    REQUIRE(child);
    CHECK(test::end_of(child->pid) == core::exit_status{core::exited{0}});
    char bytes[64];
    auto const got = ::read(child->output.get(), bytes, sizeof bytes);
    CHECK(std::string(bytes, got > 0 ? static_cast<std::size_t>(got) : 0) == "all of it\n");
    CHECK(::read(child->output.get(), bytes, sizeof bytes) == -1);
    CHECK(errno == EAGAIN);
    child->slave.reset();
    CHECK(::read(child->output.get(), bytes, sizeof bytes) == -1);
    CHECK(errno == EIO);
}

TEST_CASE("a failure on a pty has its stage too", "[launch][pty]")
{
    test::clean_up const clean;
    auto request = puppet({});
    request.pty = true;
    request.argv = {"/no/such/program"};
    CHECK(failure_of(request) == core::never_started{"exec", ENOENT, "/no/such/program"});
    request.argv = {"/bin/true"};
    request.cwd = "/no/such/directory";
    CHECK(failure_of(request) == core::never_started{"chdir", ENOENT, "/no/such/directory"});
    CHECK(test::clean_up::nothing_left());
}

TEST_CASE("stdin may be a pipe that never ends", "[launch]")
{
    test::clean_up const clean;
    auto request = puppet({"look-at-stdin"});
    request.input = os::stdin_kind::endless;
    auto const child = os::launch(request);
    REQUIRE(child);
    CHECK(test::read_until(child->output.get(), "\n") == "stdin open\n");
}

TEST_CASE("a user is switched to with its groups before the directory is entered", "[launch]")
{
    test::clean_up const clean;
    if (!is_root()) {
        SKIPPED("needs root");
        return;
    }
    os::user_identity const nobody{"nobody", 65534, 65533, {65533, 12345}, "/", "/bin/sh"};
    auto request = puppet({});
    request.user = &nobody;
    request.argv = {"/bin/sh", "-c",
                    "grep -E '^(Uid|Gid|Groups):' /proc/self/status | tr '\\t' ' '"};
    CHECK_THAT(test::output_of(request), Contains("Uid: 65534 65534 65534 65534\n"));
    CHECK_THAT(test::output_of(request), Contains("Gid: 65533 65533 65533 65533\n"));
    CHECK_THAT(test::output_of(request), Contains("Groups: 12345 65533"));

    auto const secret = std::filesystem::temp_directory_path() / "procd-test-secret";
    std::filesystem::create_directory(secret);
    ::chmod(secret.c_str(), 0700);
    request.cwd = secret;
    CHECK(failure_of(request) == core::never_started{"chdir", EACCES, secret});
    std::filesystem::remove(secret);
}

TEST_CASE("a pty may be opened by name by the user it is for", "[launch][pty]")
{
    test::clean_up const clean;
    if (!is_root()) {
        SKIPPED("needs root");
        return;
    }
    os::user_identity const nobody{"nobody", 65534, 65534, {65534}, "/", "/bin/sh"};
    auto request = puppet({});
    request.user = &nobody;
    request.pty = true;
    request.argv = {"/bin/sh", "-c", "echo opened > $(tty <&2)"};
    CHECK(test::output_of(request) == "opened\n");
}

TEST_CASE("a user is found by name and by number", "[launch]")
{
    auto const root = os::find_user("root");
    REQUIRE(root);
    CHECK(root->uid == 0);
    CHECK(root->home == "/root");
    CHECK(!root->groups.empty());
    auto const zero = os::find_user("0");
    REQUIRE(zero);
    CHECK(zero->name == "root");
    auto const unknown_number = os::find_user("4242424");
    REQUIRE(unknown_number);
    CHECK(unknown_number->uid == 4242424);
    CHECK(unknown_number->gid == 4242424);
    auto const nobody = os::find_user("no-such-user-here");
    REQUIRE(!nobody);
    CHECK(nobody.error() == os::error_of(ENOENT));
}
