#include "supervisor/os/output_pipe.hpp"
#include "supervisor/os/pty.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"

#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

using then = os::output_read::then;

struct pipe_ends {
    os::unique_fd read, write;
    pipe_ends()
    {
        int fds[2];
        REQUIRE(::pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
        read.reset(fds[0]);
        write.reset(fds[1]);
    }
};

void put(os::unique_fd const& to, std::string_view bytes)
{
    REQUIRE(::write(to.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

} // namespace

TEST_CASE("a pipe is read until it is empty, and then to its end", "[output_pipe]")
{
    pipe_ends pipe;
    std::vector<char> room(8);
    auto const nothing = os::read_output(pipe.read.get(), os::output_from::pipe, room);
    CHECK(nothing.bytes == 0);
    CHECK(nothing.next == then::empty);

    put(pipe.write, "twelve bytes");
    auto const first = os::read_output(pipe.read.get(), os::output_from::pipe, room);
    CHECK(first.bytes == 8);
    CHECK(first.next == then::more);
    pipe.write.reset();
    auto const second = os::read_output(pipe.read.get(), os::output_from::pipe, room);
    CHECK(std::string_view(room.data(), second.bytes) == "ytes");
    CHECK(os::read_output(pipe.read.get(), os::output_from::pipe, room).next == then::ended);
}

TEST_CASE("what a pty holds when its last writer goes is read before its end", "[output_pipe]")
{
    auto pair = os::open_pty({});
    if (!pair) {
        SKIPPED("no pty can be had here: " << pair.error().message());
        return;
    }
    std::vector<char> room(64);
    CHECK(os::read_output(pair->master.get(), os::output_from::pty, room).next == then::empty);

    put(pair->slave, "one\n");
    put(pair->slave, "two");
    pair->slave.reset();
    std::string all;
    // The kernel passes a pty's bytes on with a delay, but their end always arrives.
    for (;;) {
        auto const got = os::read_output(pair->master.get(), os::output_from::pty, room);
        all.append(room.data(), got.bytes);
        if (got.next == then::ended)
            break;
    }
    CHECK(all == "one\ntwo");
}
