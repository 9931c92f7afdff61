#include "supervisor/os/passed_sockets.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace {

// The variables for a child, and which of the descriptors 3, 4 and 5 are open in it.
struct passing {
    std::string count, names;
    bool for_the_child = true;
    int open = 2;
};

std::string take_over(passing const& given)
{
    for (int fd = 3; fd < 3 + given.open; ++fd)
        ::dup2(0, fd); // without close-on-exec, as systemd does
    for (int fd = 3 + given.open; fd < 6; ++fd)
        ::close(fd);
    auto const pid = ::getpid() + (given.for_the_child ? 0 : 1);
    ::setenv("LISTEN_PID", std::to_string(pid).c_str(), 1);
    ::setenv("LISTEN_FDS", given.count.c_str(), 1);
    if (given.names.empty())
        ::unsetenv("LISTEN_FDNAMES");
    else
        ::setenv("LISTEN_FDNAMES", given.names.c_str(), 1);
    std::string seen;
    for (auto const& socket : os::take_passed_sockets()) {
        bool const kept = (::fcntl(socket.fd.get(), F_GETFD) & FD_CLOEXEC) != 0;
        seen += socket.name + '=' + std::to_string(socket.fd.get()) + (kept ? " " : "! ");
    }
    for (char const* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        if (std::getenv(name))
            seen += std::string(name) + " is left";
    return seen;
}

// The names of the sockets that a child takes over, and what is left of the variables. The child
// reports on a descriptor far above the ones it plays with.
std::string taken(passing const& given)
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    os::unique_fd const reading(::fcntl(ends[0], F_DUPFD_CLOEXEC, 100));
    os::unique_fd writing(::fcntl(ends[1], F_DUPFD_CLOEXEC, 100));
    ::close(ends[0]);
    ::close(ends[1]);
    int const pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        auto const seen = take_over(given);
        auto const wrote = ::write(writing.get(), seen.data(), seen.size());
        ::_exit(wrote == static_cast<ssize_t>(seen.size()) ? 0 : 1);
    }
    writing.reset();
    auto const seen = test::read_all(reading.get());
    CHECK(test::end_of(pid) == core::exit_status{core::exited{0}});
    return seen;
}

} // namespace

TEST_CASE("passed sockets are taken over by their names", "[passed_sockets]")
{
    CHECK(taken({"2", "web:api"}) == "web=3 api=4 ");
    CHECK(taken({"2", "web:web"}) == "web=3 web=4 ");
    CHECK(taken({"1", "web"}) == "web=3 ");
    CHECK(taken({"2", ""}) == "unknown=3 unknown=4 ");
    CHECK(taken({"2", "web"}) == "web=3 unknown=4 ");
    CHECK(taken({"2", ":api"}) == "unknown=3 api=4 ");
}

TEST_CASE("sockets of another process and nonsense are left alone", "[passed_sockets]")
{
    CHECK(taken({"2", "web:api", false}) == "");
    for (char const* count : {"", "0", "-1", "x", "2x", "100000"}) {
        INFO(count);
        CHECK(taken({count, "web:api"}) == "");
    }
    CHECK(taken({"3", "a:b:c"}) == "a=3 b=4 "); // the third is not open
}
