// An event loop for the tests of front/, with coroutines, and pairs of connected sockets.
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/loop/spawner.hpp"
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace test {

struct loop {
    // Runs everything that is ready.
    void poll()
    {
        io.restart();
        io.poll();
    }
    // Runs the loop until the condition holds, for 30 s at most.
    bool until(std::function<bool()> const& holds)
    {
        auto const limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds()) {
            if (std::chrono::steady_clock::now() >= limit)
                return false;
            io.restart();
            io.run_one_for(std::chrono::milliseconds(1));
        }
        return true;
    }
    // The result of the coroutine, when it has ended.
    template <class T>
    std::shared_ptr<std::optional<T>> start(boost::asio::awaitable<T> work)
    {
        auto const result = std::make_shared<std::optional<T>>();
        tasks.spawn("a test", keep(std::move(work), result));
        poll();
        return result;
    }
    template <class T>
    T result_of(boost::asio::awaitable<T> work)
    {
        auto const result = start(std::move(work));
        REQUIRE(until([&] { return result->has_value(); }));
        return std::move(**result);
    }

    boost::asio::io_context io;
    procd::loop::spawner tasks{io, [](std::string const& words) { FAIL_CHECK(words); }};

private:
    template <class T>
    static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work,
                                             std::shared_ptr<std::optional<T>> result)
    {
        result->emplace(co_await std::move(work));
    }
};

// A connection of the router's, and the other end of it as a plain descriptor that blocks for 30 s
// at most.
struct pair {
    explicit pair(loop& on)
    {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        using protocol = boost::asio::generic::stream_protocol;
        protocol::socket mine(on.io);
        mine.assign(protocol(AF_UNIX, 0), ends[0]);
        far = os::unique_fd(ends[1]);
        timeval const limit{30, 0};
        ::setsockopt(far.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        near = std::make_shared<procd::front::connection>(std::move(mine));
    }
    void say(std::string const& bytes) const
    {
        REQUIRE(::send(far.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
    }
    // Everything that is there, or `most` bytes of it.
    std::string heard(std::size_t most = 1 << 20) const
    {
        std::string room(most, '\0');
        auto const count = ::recv(far.get(), room.data(), room.size(), MSG_DONTWAIT);
        room.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return room;
    }
    // The router's end is closed.
    bool ended() const
    {
        char c = 0;
        return ::recv(far.get(), &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
    }

    std::shared_ptr<procd::front::connection> near;
    os::unique_fd far;
};

} // namespace test
