// What is wrong about probes: answers that others take for healthy, and what an exec probe leaves
// behind.
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>

#include <csignal>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace test;

namespace {

// Listens on a port of the loopback and answers every request with the same bytes.
class odd_server {
public:
    enum class afterwards { close, keep_open };

    odd_server(int port, std::string bytes, afterwards then)
        : bytes_(std::move(bytes)), then_(then),
          listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        int const on = 1;
        ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) ==
                0);
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
        ++requests_;
        ::send(client.get(), bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
        if (then_ == afterwards::keep_open)
            kept_.push_back(std::move(client));
    }

    std::string bytes_;
    afterwards then_;
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

// Whether a probe of `timeout` takes the answer for healthy. Unhealthy: procd has asked a third
// time, so that it has judged the answer twice.
bool taken_for_healthy(example const& which, std::string const& timeout)
{
    int const base = free_ports();
    odd_server const server(base, which.bytes, which.then);
    app_under_test app("web: exec sleep 60\n",
                       {.options = {"-p", std::to_string(base)},
                        .files = {{"procd.toml", "[types.web]\nreadiness = { http = \"/\", period "
                                                 "= \"20ms\", timeout = \"" +
                                                     timeout + "\" }\n"}}});
    auto const ready = [&] { return app.process("web.1").at("ready").as_bool(); };
    REQUIRE(eventually([&] { return server.requests() >= 3 || ready(); }));
    return ready();
}

} // namespace

TEST_CASE("an answer that kubelet and curl take for healthy makes a process ready", "[fault]")
{
    auto const which = GENERATE(
        example{"a head of 20 KB", "HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x') +
                                       "\r\nContent-Length: 0\r\n\r\n"},
        example{"an interim answer before it", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                               "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
        example{"lines that end in LF alone", "HTTP/1.0 200 OK\n\nok\n"},
        example{"no reason phrase", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"});
    INFO(which.description);
    STILL_WRONG(taken_for_healthy(which, "10s"));
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
