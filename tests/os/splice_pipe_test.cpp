#include "supervisor/os/signals.hpp"
#include "supervisor/os/splice_pipe.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

// Two connected sockets that do not block.
struct ends {
    ends()
    {
        int made[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, made) == 0);
        near.reset(made[0]);
        far.reset(made[1]);
    }
    std::string heard() const
    {
        char room[65536];
        ssize_t const count = ::recv(far.get(), room, sizeof room, 0);
        return {room, count > 0 ? static_cast<std::size_t>(count) : 0};
    }
    os::unique_fd near, far;
};

os::splice_pipe open_pipe()
{
    auto made = os::splice_pipe::open(1 << 16);
    REQUIRE(made.has_value());
    return std::move(*made);
}

} // namespace

TEST_CASE("bytes go through a pipe from one socket to another", "[splice_pipe]")
{
    ends const from, to;
    auto pipe = open_pipe();
    CHECK(pipe.take_from(from.near.get(), 100).error() == os::error_of(EAGAIN));
    REQUIRE(::send(from.far.get(), "hello, world", 12, 0) == 12);
    CHECK(pipe.take_from(from.near.get(), 5).value() == 5);
    CHECK(pipe.held() == 5);
    CHECK(pipe.give_to(to.near.get()).value() == 5);
    CHECK(pipe.held() == 0);
    CHECK(to.heard() == "hello");
    CHECK(pipe.take_from(from.near.get(), 100).value() == 7);
    CHECK(pipe.give_to(to.near.get()).value() == 7);
    CHECK(to.heard() == ", world");
    ::shutdown(from.far.get(), SHUT_WR);
    CHECK(pipe.take_from(from.near.get(), 100).value() == 0);
}

TEST_CASE("a pipe keeps what the socket does not take", "[splice_pipe]")
{
    ends const from, to;
    auto pipe = open_pipe();
    std::string const much(4096, 'a');
    while (::send(to.near.get(), much.data(), much.size(), 0) > 0)
        ;
    REQUIRE(::send(from.far.get(), "hello", 5, 0) == 5);
    CHECK(pipe.take_from(from.near.get(), 100).value() == 5);
    CHECK(pipe.give_to(to.near.get()).error() == os::error_of(EAGAIN));
    CHECK(pipe.held() == 5);
    std::string all;
    for (std::string part; !(part = to.heard()).empty();)
        all += part;
    CHECK(pipe.give_to(to.near.get()).value() == 5);
    CHECK(to.heard() == "hello");
}

TEST_CASE("a socket whose other end is closed gives an error and no signal", "[splice_pipe]")
{
    os::ignore_write_signals();
    ends from, to;
    auto pipe = open_pipe();
    REQUIRE(::send(from.far.get(), "hello", 5, 0) == 5);
    CHECK(pipe.take_from(from.near.get(), 100).value() == 5);
    to.far.reset();
    CHECK(pipe.give_to(to.near.get()).error() == os::error_of(EPIPE));
    CHECK(pipe.held() == 5);
}
