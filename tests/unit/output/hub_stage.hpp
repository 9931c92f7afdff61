// A hub on an io_context of its own, children that are pipes, and a file or a pipe as its stdout.
#pragma once

#include "supervisor/output/follower.hpp"
#include "supervisor/output/hub.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace tests {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using procd::output::hub;

struct two_ends {
    os::unique_fd read, write;
    two_ends()
    {
        int fds[2];
        REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
        read.reset(fds[0]);
        write.reset(fds[1]);
    }
};

inline std::string contents(std::string const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string taken_now(int fd)
{
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    std::string all;
    std::string room(1 << 16, '\0');
    for (;;) {
        auto const got = ::read(fd, room.data(), room.size());
        if (got <= 0)
            return all;
        all.append(room, 0, static_cast<std::size_t>(got));
    }
}

inline procd::output::options plain(int to)
{
    procd::output::options options;
    options.terminal_fd = to;
    options.timestamps = false;
    return options;
}

struct child {
    two_ends pipe;
    std::shared_ptr<procd::output::reader> reader;
    int closed = 0;

    // Writes as many bytes as the pipe takes, and returns how many.
    std::size_t write(std::string_view bytes) const
    {
        auto const n = ::write(pipe.write.get(), bytes.data(), bytes.size());
        return n < 0 ? 0 : static_cast<std::size_t>(n);
    }
    void end() { pipe.write.reset(); }
};

// A hub whose stdout is a file, unless another descriptor is given.
struct hub_stage {
    temp_dir dir;
    os::unique_fd file;
    boost::asio::io_context io{1};
    std::optional<procd::output::hub> hub;

    hub_stage() : file(::open((dir / "out").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
    {
        std::signal(SIGPIPE, SIG_IGN);
        std::signal(SIGXFSZ, SIG_IGN);
    }
    void open(procd::output::options options) { hub.emplace(io, options); }
    void open() { open(plain(file.get())); }

    std::unique_ptr<child> start(std::string const& name, int color = 0)
    {
        auto made = std::make_unique<child>();
        ::fcntl(made->pipe.read.get(), F_SETFL, O_NONBLOCK);
        ::fcntl(made->pipe.write.get(), F_SETFL, O_NONBLOCK);
        auto* const counted = &made->closed;
        made->reader = hub->attach(std::move(made->pipe.read), hub->open(name, color),
                                   {[counted] { ++*counted; }})
                           .value();
        return made;
    }
    template <class Done>
    bool until(Done done, clock_type::duration limit = 30s)
    {
        auto const deadline = clock_type::now() + limit;
        while (!done() && clock_type::now() < deadline) {
            io.restart();
            io.run_one_for(50ms);
        }
        return done();
    }
    // Runs every handler that is ready now.
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    std::string shown() { return contents(dir / "out"); }
    void drain(clock_type::duration limit)
    {
        bool over = false;
        auto finish = [](hub_stage& s, clock_type::duration time,
                         bool& done) -> boost::asio::awaitable<void> {
            co_await s.hub->drain(clock_type::now() + time);
            done = true;
        };
        boost::asio::co_spawn(io, finish(*this, limit, over), boost::asio::detached);
        REQUIRE(until([&] { return over; }));
    }
    procd::output::batch next(std::shared_ptr<procd::output::follower> const& f)
    {
        procd::output::batch got;
        REQUIRE(until([&] {
            if (got.records.empty()) // otherwise this is the second look
                got = f->take();
            return !got.records.empty() || (f->closed() && !got.past_ended);
        }));
        return got;
    }
};

// Writes all bytes as a child would: as many as the pipe takes, then the hub runs, and so on.
inline void write_all(hub_stage& s, child const& c, std::string_view bytes)
{
    while (!bytes.empty()) {
        bytes.remove_prefix(c.write(bytes));
        s.settle();
    }
}

} // namespace tests
