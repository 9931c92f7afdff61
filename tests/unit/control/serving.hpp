// A control server for a fake procd, on a thread of its own, and a client that sends exactly the
// given bytes. Every wait of the client is limited.
#pragma once

#include "supervisor/control/server.hpp"
#include "supervisor/os/unix_socket.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/unit/control/fake_api.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace tests {

class connection {
public:
    explicit connection(std::string const& path) : fd_(os::connect_unix(path).value())
    {
        os::limit_receive(fd_.get(), std::chrono::seconds(30)).value();
    }
    // Sends the bytes; false when the server has hung up.
    bool send(std::string_view bytes) { return os::send_all(fd_.get(), bytes).has_value(); }
    // Reads up to and including `mark`, or to the end of the connection.
    std::string read_to(std::string_view mark)
    {
        while (text_.find(mark) == std::string::npos && read_some()) {
        }
        auto const at = text_.find(mark);
        auto const end = at == std::string::npos ? text_.size() : at + mark.size();
        auto const taken = text_.substr(0, end);
        text_.erase(0, end);
        return taken;
    }
    std::string read_all()
    {
        while (read_some()) {
        }
        return std::exchange(text_, {});
    }
    void close() { fd_.reset(); }

private:
    bool read_some()
    {
        char bytes[4096];
        auto const got = os::receive(fd_.get(), bytes, sizeof bytes);
        if (!got && got.error().value() == EAGAIN)
            throw std::runtime_error("nothing came for 30 s");
        if (!got || *got == 0)
            return false;
        text_.append(bytes, *got);
        return true;
    }
    os::unique_fd fd_;
    std::string text_;
};

class serving {
public:
    explicit serving(procd::control::server_options options = {})
        : null_(::open("/dev/null", O_WRONLY | O_CLOEXEC)), hub_(io_, quiet(null_.get())),
          events_(io_), api(io_), server_(io_, api, hub_, events_, on(path(), std::move(options)))
    {
        server_.listen().value();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~serving() { close(); }

    std::string path() const { return dir_ / "s"; }
    connection connect() const { return connection(path()); }
    // Sends one request on a new connection and returns the whole answer.
    std::string ask(std::string_view method, std::string_view target,
                    std::string_view body = {}) const
    {
        auto c = connect();
        c.send(std::string(method) + " " + std::string(target) +
               " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
        return c.read_all();
    }
    // Runs a function on the thread of the server and returns its result.
    template <class What>
    auto on_server(What what)
    {
        std::packaged_task<decltype(what())()> task(std::move(what));
        auto result = task.get_future();
        boost::asio::post(io_, [&task] { task(); });
        return result.get();
    }
    std::size_t connections()
    {
        return on_server([this] { return server_.connections(); });
    }
    procd::control::server::listening listen_again()
    {
        return on_server([this] { return server_.listen_again().value(); });
    }
    // Waits until so many clients are connected, because a session ends shortly after its client
    // has left.
    bool settles_at(std::size_t count)
    {
        auto const limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (connections() != count)
            if (std::chrono::steady_clock::now() > limit)
                return false;
        return true;
    }
    void close()
    {
        if (!thread_.joinable())
            return;
        on_server([this] {
            boost::asio::co_spawn(io_, server_.close(), boost::asio::detached);
            return 0;
        });
        work_.reset();
        thread_.join();
    }

private:
    static procd::output::options quiet(int fd)
    {
        procd::output::options o;
        o.terminal_fd = fd;
        return o;
    }
    static procd::control::server_options on(std::string path, procd::control::server_options o)
    {
        o.path = std::move(path);
        o.owner = ::geteuid();
        return o;
    }
    temp_dir dir_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    os::unique_fd null_;
    procd::output::hub hub_;
    procd::output::event_log events_;

public:
    fake_api api;
    procd::output::event_log& events() { return events_; }
    procd::output::hub& hub() { return hub_; }

private:
    procd::control::server server_;
    std::thread thread_;
};

} // namespace tests
