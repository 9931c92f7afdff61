#include "supervisor/os/stdio_sink.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using manner = os::stdio_sink::manner;
namespace errc = boost::system::errc;

struct two_ends {
    os::unique_fd ours, theirs;
};

two_ends make_pipe()
{
    int fds[2];
    REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
    return {os::unique_fd(fds[1]), os::unique_fd(fds[0])};
}

two_ends make_sockets()
{
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    return {os::unique_fd(fds[0]), os::unique_fd(fds[1])};
}

two_ends make_terminal()
{
    two_ends t;
    t.theirs.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (t.theirs && ::grantpt(t.theirs.get()) == 0 && ::unlockpt(t.theirs.get()) == 0)
        t.ours.reset(::open(::ptsname(t.theirs.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    return t;
}

bool shared_is_non_blocking(os::unique_fd const& fd)
{
    return (::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0;
}

bool readable(os::unique_fd const& fd, int wait_ms)
{
    pollfd p{fd.get(), POLLIN, 0};
    return ::poll(&p, 1, wait_ms) == 1;
}

// Writes until the sink takes nothing more, and returns the error.
os::error_code fill(os::stdio_sink const& sink)
{
    std::string const block(16 * 1024, 'x');
    for (;;)
        if (auto const n = sink.write(block); !n)
            return n.error();
}

void empty(os::unique_fd const& from)
{
    std::string room(1 << 20, '\0');
    while (readable(from, 0))
        REQUIRE(::read(from.get(), room.data(), room.size()) > 0);
}

// Checks all promises of a sink: it never waits, leaves the shared flags alone, and tells when
// writing can go on.
void check_full_and_again(two_ends const& e, os::stdio_sink const& sink)
{
    CHECK(fill(sink) == errc::operation_would_block);
    CHECK_FALSE(shared_is_non_blocking(e.ours));

    auto const watch = sink.watch();
    REQUIRE(watch.has_value());
    CHECK_FALSE(readable(*watch, 0));
    REQUIRE_FALSE(sink.arm(*watch));
    CHECK_FALSE(readable(*watch, 0));
    empty(e.theirs);
    CHECK(readable(*watch, 30'000));
    CHECK(sink.write("y").has_value());
}

} // namespace

TEST_CASE("a pipe is opened again, and its own flags stay", "[stdio_sink]")
{
    auto const e = make_pipe();
    os::stdio_sink const sink(e.ours.get());
    if (sink.write_manner() != manner::reopened)
        SKIPPED("no /proc here: the pipe is written carefully");
    check_full_and_again(e, sink);
}

TEST_CASE("a socket is written without waiting", "[stdio_sink]")
{
    auto const e = make_sockets();
    os::stdio_sink const sink(e.ours.get());
    CHECK(sink.write_manner() == manner::socket);
    check_full_and_again(e, sink);
}

TEST_CASE("a terminal that nobody reads takes what fits and says so", "[stdio_sink]")
{
    auto const e = make_terminal();
    if (!e.ours) {
        SKIPPED("no pty can be had here");
        return;
    }
    os::stdio_sink const sink(e.ours.get());
    CHECK(sink.write_manner() == manner::reopened);
    CHECK(fill(sink) == errc::operation_would_block);
    CHECK_FALSE(shared_is_non_blocking(e.ours));
}

TEST_CASE("a pipe of another user is asked before every write", "[stdio_sink]")
{
    if (::geteuid() != 0) {
        SKIPPED("only root can become another user");
        return;
    }
    auto const e = make_pipe();
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0)
            ::_exit(3);
        ::alarm(30); // ends the test if it waits after all
        os::stdio_sink const sink(e.ours.get());
        bool const full = fill(sink) == errc::operation_would_block;
        ::_exit(sink.write_manner() == manner::careful && full ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK_FALSE(shared_is_non_blocking(e.ours));
}

TEST_CASE("files and devices are written as they are", "[stdio_sink]")
{
    tests::temp_dir dir;
    os::unique_fd const file(::open((dir / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    os::stdio_sink const sink(file.get());
    CHECK(sink.write_manner() == manner::plain);
    CHECK(sink.write("text").value() == 4);
    std::ifstream in(dir / "out");
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "text");

    os::unique_fd const null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    CHECK(os::stdio_sink(null.get()).write_manner() == manner::plain);
    os::unique_fd const full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    if (full)
        CHECK(os::stdio_sink(full.get()).write("x").error() == errc::no_space_on_device);
}

TEST_CASE("a reader that went away is an error and no signal", "[stdio_sink]")
{
    auto* const before = std::signal(SIGPIPE, SIG_IGN);
    auto pipe = make_pipe();
    os::stdio_sink const to_pipe(pipe.ours.get());
    pipe.theirs.reset();
    CHECK(to_pipe.write("x").error() == errc::broken_pipe);
    std::signal(SIGPIPE, before);

    auto sockets = make_sockets();
    os::stdio_sink const to_socket(sockets.ours.get());
    sockets.theirs.reset();
    CHECK(to_socket.write("x").error() == errc::broken_pipe);
}

TEST_CASE("two descriptors of one pipe are the same file", "[stdio_sink]")
{
    auto const e = make_pipe();
    auto const other = make_pipe();
    os::unique_fd const copy(::dup(e.ours.get()));
    CHECK(os::same_file(e.ours.get(), copy.get()));
    CHECK_FALSE(os::same_file(e.ours.get(), other.ours.get()));
    CHECK_FALSE(os::same_file(e.ours.get(), -1));
}

TEST_CASE("a last word is said only where it needs no waiting", "[stdio_sink]")
{
    auto const e = make_pipe();
    os::say_without_waiting(e.ours.get(), "bye\n");
    std::string heard(16, '\0');
    CHECK(::read(e.theirs.get(), heard.data(), heard.size()) == 4);

    fill(os::stdio_sink(e.ours.get()));
    os::say_without_waiting(e.ours.get(), "bye\n"); // the call has to return
    os::say_without_waiting(-1, "bye\n");
}
