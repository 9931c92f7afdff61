#include "tests/bench/figures.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/subject.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {

namespace {

double run_to_its_end(std::vector<std::string> const& argv, int out)
{
    auto const begin = clock::now();
    pid_t const pid = spawn(argv, out, 2);
    int status = 0;
    ::waitpid(pid, &status, 0);
    milliseconds const taken = clock::now() - begin;
    if (status != 0)
        throw std::runtime_error{argv[0] + " failed"};
    return taken.count();
}

class connection {
public:
    explicit connection(std::string const& path)
    {
        ::sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        for (int attempt = 0;
             ::connect(fd_, reinterpret_cast<::sockaddr const*>(&address), sizeof address) != 0;
             ++attempt) {
            if (attempt == 1000)
                throw std::system_error{errno, std::generic_category(), path};
            ::usleep(1000); // the baseline may not have bound its socket yet
        }
    }
    ~connection() { ::close(fd_); }
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    void send(std::string_view request)
    {
        if (::write(fd_, request.data(), request.size()) != static_cast<ssize_t>(request.size()))
            throw std::system_error{errno, std::generic_category(), "write"};
    }
    // Reads until `complete` returns true.
    template <class Complete>
    std::string receive(Complete complete)
    {
        std::string answer;
        while (!complete(answer)) {
            char bytes[16 * 1024];
            ssize_t const n = ::read(fd_, bytes, sizeof bytes);
            if (n <= 0)
                throw std::runtime_error{"the connection ended after: " + answer};
            answer.append(bytes, static_cast<std::size_t>(n));
        }
        return answer;
    }

private:
    int fd_ = -1;
};

bool whole_http_answer(std::string_view text)
{
    std::size_t const body = text.find("\r\n\r\n");
    std::size_t const field = text.find("Content-Length: ");
    if (body == std::string_view::npos)
        return false;
    if (field > body)
        throw std::runtime_error{"no Content-Length in: " + std::string{text}};
    return text.size() >= body + 4 + std::stoul(std::string{text.substr(field + 16, 12)});
}

constexpr std::string_view request = "GET /v1/status HTTP/1.1\r\nHost: procd\r\n\r\n";

// The median time of many requests in milliseconds. A single request is too short to be timed.
template <class Ask>
double asked_often(Ask ask)
{
    std::vector<double> times;
    for (int i = 0; i < 200; ++i) {
        auto const begin = clock::now();
        ask();
        times.push_back(milliseconds{clock::now() - begin}.count());
    }
    return median(std::move(times));
}

} // namespace

void ps_command(int pairs)
{
    subject s{kind::procd};
    s.start(s.sleepers(10));
    s.wait_for_reports(10);
    int const null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    figure f{.name = "procctl ps with 10 processes, to /bin/true",
             .unit = "ms",
             .decimals = 2,
             .ratio_at_most = 2.2};
    f.pairs = take_turns(
        pairs,
        [&] {
            return run_to_its_end({PROCCTL, "-s", s.socket(), "ps"}, null);
        },
        [&] { return run_to_its_end({"/bin/true"}, null); });
    ::close(null);
    s.stop();
    print(f);
}

void status_request(int pairs)
{
    subject s{kind::procd};
    s.start(s.sleepers(10));
    s.wait_for_reports(10);
    connection ours{s.socket()};
    ours.send(request);
    std::size_t const size = ours.receive(whole_http_answer).size();

    std::string const path = s.file("echo");
    pid_t const echo = spawn({BENCH_ECHO, path, std::to_string(size)}, 1, 2);
    {
        connection plain{path};
        figure f{.name = "status on an open connection, to an echo",
                 .unit = "ms",
                 .decimals = 3,
                 .value_at_most = 0.15};
        f.pairs = take_turns(
            pairs,
            [&] {
                return asked_often([&] {
                    ours.send(request);
                    ours.receive(whole_http_answer);
                });
            },
            [&] {
                return asked_often([&] {
                    plain.send(request);
                    plain.receive([&](std::string const& a) { return a.size() >= size; });
                });
            });
        print(f);
    }
    ::kill(echo, SIGTERM);
    ::waitpid(echo, nullptr, 0);
    s.stop();
}

} // namespace bench
