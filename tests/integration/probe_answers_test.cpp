// Answers of servers to probes, as they are and as they should not be.
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/object.hpp>

#include <fstream>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace test;
using boost::asio::ip::tcp;

namespace {

// Listens on a port of the loopback and answers every request with the same bytes.
class odd_server {
public:
    enum class afterwards { close, keep_open };

    odd_server(tcp::endpoint const& place, std::string bytes, afterwards then)
        : bytes_(std::move(bytes)), then_(then),
          listener_(::socket(place.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        int const on = 1;
        ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        REQUIRE(::bind(listener_.get(), place.data(), static_cast<socklen_t>(place.size())) == 0);
        REQUIRE(::listen(listener_.get(), 16) == 0);
        thread_ = std::thread([this] { run(); });
    }
    odd_server(odd_server const&) = delete;
    odd_server& operator=(odd_server const&) = delete;
    ~odd_server()
    {
        over_ = true;
        thread_.join();
    }

    int requests() const { return requests_; }
    std::string last_request() const
    {
        std::lock_guard const hold(lock_);
        return request_;
    }

private:
    void run()
    {
        while (!over_) {
            pollfd coming{listener_.get(), POLLIN, 0};
            if (::poll(&coming, 1, 20) > 0)
                answer(os::unique_fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
        }
    }
    void answer(os::unique_fd client)
    {
        std::string request;
        char chunk[4096];
        for (ssize_t n = 1; n > 0 && !has(request, "\r\n\r\n");)
            if ((n = ::read(client.get(), chunk, sizeof chunk)) > 0)
                request.append(chunk, static_cast<std::size_t>(n));
        {
            std::lock_guard const hold(lock_);
            request_ = request;
        }
        ++requests_;
        ::send(client.get(), bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
        if (then_ == afterwards::keep_open)
            kept_.push_back(std::move(client));
    }

    std::string bytes_;
    afterwards then_;
    mutable std::mutex lock_;
    std::string request_;
    os::unique_fd listener_;
    std::vector<os::unique_fd> kept_;
    std::atomic<int> requests_{0};
    std::atomic<bool> over_{false};
    std::thread thread_;
};

struct example {
    char const* description;
    std::string bytes;
    odd_server::afterwards then = odd_server::afterwards::close;
};

struct seen {
    bool ready = false;
    std::string request;
};

// Tells whether a probe of `timeout` takes the answer for healthy. Unhealthy: procd has asked a
// third time, so that it has judged the answer twice. The server listens on `address`.
seen look(example const& which, std::string const& timeout, std::string const& address,
          std::string const& more_keys)
{
    int const base = free_ports();
    odd_server const server(
        {boost::asio::ip::make_address(address), static_cast<std::uint16_t>(base)}, which.bytes,
        which.then);
    app_under_test app("web: exec sleep 60\n",
                       {.options = {"-p", std::to_string(base)},
                        .files = {{"procd.toml", "[types.web]\nreadiness = { http = \"/\", period "
                                                 "= \"20ms\", timeout = \"" +
                                                     timeout + '"' + more_keys + " }\n"}}});
    auto const ready = [&] { return app.process("web.1").at("ready").as_bool(); };
    REQUIRE(eventually([&] { return server.requests() >= 3 || ready(); }));
    return {ready(), server.last_request()};
}

bool taken_for_healthy(example const& which, std::string const& timeout)
{
    return look(which, timeout, "127.0.0.1", "").ready;
}

bool has_ipv6()
{
    boost::asio::io_context io;
    boost::system::error_code none;
    tcp::socket socket(io, tcp::v6());
    socket.bind({boost::asio::ip::address_v6::loopback(), 0}, none);
    return !none;
}

example const healthy{"well", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};

} // namespace

TEST_CASE("an answer that kubelet and curl take for healthy makes a process ready", "[probes]")
{
    auto const which = GENERATE(
        example{"a head of 20 KB", "HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x') +
                                       "\r\nContent-Length: 0\r\n\r\n"},
        example{"an interim answer before it", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                               "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        example{"lines that end in LF alone", "HTTP/1.0 200 OK\n\nok\n"},
        example{"no reason phrase", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"});
    INFO(which.description);
    REQUIRE(taken_for_healthy(which, "10s"));
}

TEST_CASE("the usual answers are judged as they are meant, one cut short as a failure", "[probes]")
{
    REQUIRE(taken_for_healthy({"without a length", "HTTP/1.0 200 OK\r\n\r\nok"}, "10s"));
    REQUIRE(taken_for_healthy({"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                          "2\r\nok\r\n0\r\n\r\n"},
                              "10s"));
    REQUIRE_FALSE(
        taken_for_healthy({"an error", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"}, "10s"));
    REQUIRE_FALSE(taken_for_healthy({"a body that never ends",
                                     "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
                                     odd_server::afterwards::keep_open},
                                    "300ms"));
}

TEST_CASE("a body cut short is a failure, and a long one is not read to its end", "[probes]")
{
    CHECK_FALSE(
        taken_for_healthy({"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"}, "10s"));
    CHECK_FALSE(taken_for_healthy(
        {"a chunk cut short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"},
        "10s"));
    CHECK(taken_for_healthy(
        {"long", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(20000, 'x'),
         odd_server::afterwards::keep_open},
        "10s"));
    CHECK_FALSE(taken_for_healthy(
        {"a head of 100 KB",
         "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\nContent-Length: 0\r\n\r\n"},
        "10s"));
    CHECK_FALSE(taken_for_healthy({"no HTTP at all", "SSH-2.0-OpenSSH\r\n\r\n"}, "10s"));
    CHECK_FALSE(taken_for_healthy({"nothing", ""}, "10s"));
    CHECK_FALSE(
        taken_for_healthy({"interim answers alone", "HTTP/1.1 100 Continue\r\n\r\n"}, "10s"));
}

TEST_CASE("a server on ::1 alone is found, and a host may be given", "[probes]")
{
    auto const elsewhere = look(healthy, "10s", "127.0.0.2", ", host = \"127.0.0.2\"");
    CHECK(elsewhere.ready);
    CHECK(has(elsewhere.request, "Host: 127.0.0.2:"));
    CHECK(look(healthy, "10s", "127.0.0.1", ", host = \"localhost\"").ready);
    if (!has_ipv6()) {
        SKIPPED("needs IPv6 on the loopback");
        return;
    }
    auto const six = look(healthy, "10s", "::1", "");
    CHECK(six.ready);
    CHECK(has(six.request, "Host: [::1]:"));
    CHECK(look(healthy, "10s", "::1", ", host = \"::1\"").ready);
}

TEST_CASE("a host that is no address is refused", "[probes]")
{
    for (std::string const host : {"shop.example", "1", "http://127.0.0.1", "a b"}) {
        INFO(host);
        tests::temp_dir dir;
        std::ofstream(dir / "Procfile") << "web: sleep 60\n";
        std::ofstream(dir / "procd.toml")
            << "[types.web]\nreadiness = { tcp = true, host = \"" + host + "\" }\n";
        auto const checked = run({PROCD, "check"}, dir.path());
        CHECK(checked.code == 1);
        CHECK(has(checked.err + checked.out, "localhost"));
    }
}
