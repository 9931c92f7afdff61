#include "supervisor/process/command_input.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <unistd.h>

using procd::process::command_input;

namespace {

// The stdin of a command that the test reads in its place.
struct stage {
    boost::asio::io_context io{1};
    int changes = 0;
    os::unique_fd read;
    std::shared_ptr<command_input> input =
        std::make_shared<command_input>(io, [this] { ++changes; });

    void open()
    {
        std::signal(SIGPIPE, SIG_IGN);
        int fds[2];
        REQUIRE(::pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
        read.reset(fds[0]);
        REQUIRE_FALSE(input->open(os::unique_fd(fds[1])));
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    // All bytes that are there; "END" stands for the end of the input.
    std::string take()
    {
        std::string all;
        std::string room(1 << 16, '\0');
        for (;;) {
            settle();
            auto const got = ::read(read.get(), room.data(), room.size());
            if (got <= 0)
                return got == 0 ? all + "END" : all;
            all.append(room, 0, static_cast<std::size_t>(got));
        }
    }
};

} // namespace

TEST_CASE("stdin waits while the command does not read it, and none is lost", "[command_input]")
{
    stage s;
    s.open();
    std::string sent;
    for (int i = 0; i < 100'000; ++i)
        sent += std::to_string(i) + '\n';
    s.input->add(std::string_view(sent).substr(0, 1000));
    s.input->add(std::string_view(sent).substr(1000));
    s.settle();
    auto const taken = s.input->take_taken(); // as much as the pipe holds
    CHECK(taken >= 4096);
    CHECK(s.input->take_taken() == 0);
    CHECK(s.input->size() == sent.size() - taken);
    CHECK(s.changes > 0);
    s.input->end();
    s.input->add("too late");
    CHECK((s.take() == sent + "END"));
    CHECK(s.input->size() == 0);
    CHECK(s.input->take_taken() == sent.size() - taken + 8);
}

TEST_CASE("bytes that nobody will read count as taken", "[command_input]")
{
    stage s;
    s.input->add("12345"); // there is no stdin
    CHECK(s.input->take_taken() == 5);
    CHECK(s.changes == 1);
    s.input->end();

    stage closed;
    closed.open();
    closed.input->add(std::string(1 << 20, 'x'));
    closed.settle();
    closed.read.reset(); // the command closes its stdin
    closed.settle();
    CHECK(closed.input->size() == 0);
    CHECK(closed.input->take_taken() == 1 << 20);
    closed.input->add("x");
    CHECK(closed.input->take_taken() == 1);
}

TEST_CASE("closing stdin drops what waits", "[command_input]")
{
    stage s;
    s.open();
    s.input->add(std::string(1 << 20, 'x'));
    s.settle();
    s.input->close();
    CHECK(s.input->size() == 0);
    CHECK(s.input->take_taken() == 1 << 20);
    auto const got = s.take();
    CHECK(got.ends_with("END"));
    CHECK(got.size() < 1 << 20);
    s.input.reset();
    s.settle();
}
