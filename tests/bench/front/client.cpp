#include "tests/bench/front/client.hpp"

#include "tests/bench/front/processes.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace bench {

namespace {

constexpr std::string_view request = "GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n";

// The number in front of, or behind, a word of wrk's report.
double number_before(std::string const& report, std::string const& word)
{
    std::size_t const at = report.find(word);
    std::size_t const line = report.rfind('\n', at);
    if (at == std::string::npos || line == std::string::npos)
        throw std::runtime_error{"wrk says nothing of" + word + ":\n" + report};
    return std::stod(report.substr(line + 1));
}

double number_after(std::string const& report, std::string const& word)
{
    std::size_t const at = report.find(word);
    if (at == std::string::npos)
        throw std::runtime_error{"wrk says nothing of " + word + ":\n" + report};
    return std::stod(report.substr(at + word.size()));
}

double microseconds(std::string const& report, std::string const& word)
{
    double const number = number_after(report, word);
    std::size_t const from = report.find(word) + word.size();
    std::string const rest = report.substr(from, report.find('\n', from) - from);
    if (rest.find("us") != std::string::npos)
        return number;
    return number * (rest.find("ms") != std::string::npos ? 1e3 : 1e6);
}

} // namespace

wrk_result run_wrk(int port, std::string const& path, int connections, int seconds)
{
    std::string const report = output_of(
        installed("wrk") + " --latency -t1 -c" + std::to_string(connections) + " -d" +
        std::to_string(seconds) + "s http://127.0.0.1:" + std::to_string(port) + path + " 2>&1");
    if (report.find("Socket errors") != std::string::npos ||
        report.find("Non-2xx") != std::string::npos)
        throw std::runtime_error{"requests failed:\n" + report};
    return {number_before(report, " requests in "), number_after(report, "Requests/sec:"),
            microseconds(report, " 50%")};
}

kept_client::kept_client(int port)
{
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::timeval const patience{30, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (fd_ >= 0 &&
        ::connect(fd_, reinterpret_cast<::sockaddr const*>(&address), sizeof address) == 0)
        return;
    int const error = errno;
    ::close(fd_);
    throw std::system_error{error, std::generic_category(), "connect"};
}

kept_client::kept_client(kept_client&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

kept_client::~kept_client()
{
    if (fd_ >= 0)
        ::close(fd_);
}

void kept_client::ask() const
{
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
        throw std::system_error{errno, std::generic_category(), "send"};
    std::string answer;
    while (!answer.ends_with("\r\nhello, world\n")) {
        char bytes[4096];
        ssize_t const n = ::read(fd_, bytes, sizeof bytes);
        if (n <= 0)
            throw std::runtime_error{"no whole answer: " + answer};
        answer.append(bytes, static_cast<std::size_t>(n));
    }
    if (!answer.starts_with("HTTP/1.1 200 "))
        throw std::runtime_error{"no success: " + answer};
}

bool answers(int port)
{
    try {
        kept_client{port}.ask();
        return true;
    } catch (std::exception const&) {
        return false;
    }
}

void wait_until_it_answers(int port, std::string const& who)
{
    for (int i = 0; i < 1000; ++i) {
        if (answers(port))
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw std::runtime_error{who + " does not answer at port " + std::to_string(port)};
}

} // namespace bench
