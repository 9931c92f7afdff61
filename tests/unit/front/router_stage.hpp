// A whole router in the process of the test, with procd's end of the pair, and plain sockets as its
// clients and apps. Nothing blocks: the test runs the router's loop until it sees what it expects.
#pragma once

#include "supervisor/front/router.hpp"
#include "tests/unit/front/loop.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <set>

namespace test {

inline sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// A listening socket on a port of the kernel's choice.
struct listening {
    explicit listening(int backlog = 100)
        : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        auto address = loopback(0);
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        REQUIRE(::bind(fd.get(), generic, size) == 0);
        REQUIRE(::listen(fd.get(), backlog) == 0);
        REQUIRE(::getsockname(fd.get(), generic, &size) == 0);
        port = ntohs(address.sin_port);
    }

    os::unique_fd fd;
    int port = 0;
};

// A client's connection, or an app's.
struct line {
    void say(std::string const& bytes) const
    {
        CHECK(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(bytes.size()));
    }
    void look()
    {
        char room[65536];
        for (ssize_t count = 1; count > 0 && !ended;) {
            count = ::recv(fd.get(), room, sizeof room, MSG_DONTWAIT);
            if (count > 0)
                heard.append(room, static_cast<std::size_t>(count));
            else
                ended = count == 0 || errno != EAGAIN;
            was_reset = was_reset || (count < 0 && errno == ECONNRESET);
        }
    }
    void end_writing() const { ::shutdown(fd.get(), SHUT_WR); }
    void close() { fd.reset(); }

    os::unique_fd fd;
    std::string heard;
    bool ended = false, was_reset = false;
};

struct router_stage : loop {
    explicit router_stage(std::string const& protocol = "http")
    {
        auto ends = os::open_message_pair();
        REQUIRE(ends.has_value());
        procd_end = std::move(ends->first);
        int pipe[2];
        REQUIRE(::pipe2(pipe, O_CLOEXEC | O_NONBLOCK) == 0);
        log.fd = os::unique_fd(pipe[0]);
        serving.emplace(io, os::unique_fd(pipe[1]), [this] { over = true; });
        REQUIRE_FALSE(serving->open(std::move(ends->second)));
        picture.listeners.push_back({1, front.port, false});
        procd::front::fronted_type web;
        web.name = "web";
        web.http = protocol == "http";
        web.listeners = {1};
        picture.types.push_back(web);
    }

    procd::front::fronted_type& web() { return picture.types.front(); }
    // A process with an app behind it. Its number is its id.
    int add(int port, std::string const& type = "web")
    {
        int const id = static_cast<int>(picture.targets.size()) + 1;
        picture.targets.push_back({id, type + '.' + std::to_string(id), type, port, true});
        return id;
    }
    // Sends the picture, and waits until the router has it.
    void tell()
    {
        ++picture.number;
        std::vector<int> fds;
        if (!std::exchange(told, true))
            fds.push_back(front.fd.get());
        REQUIRE(procd_end.send(text_of(procd::front::order(picture)), fds).has_value());
        figures();
    }
    procd::front::figures figures()
    {
        answer.reset();
        REQUIRE(
            procd_end.send(text_of(procd::front::order(procd::front::ask_figures{7}))).has_value());
        REQUIRE(sees([this] { return answer.has_value(); }));
        return *answer;
    }
    // Runs everything until the condition holds.
    bool sees(std::function<bool()> const& holds)
    {
        return until([&] {
            hear();
            return holds();
        });
    }

    line client() const
    {
        line made{os::unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), {}, false};
        int const room = 200'000; // say() never waits for the router, which runs in this thread
        ::setsockopt(made.fd.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        auto const address = loopback(front.port);
        REQUIRE(::connect(made.fd.get(), reinterpret_cast<sockaddr const*>(&address),
                          sizeof address) == 0);
        return made;
    }
    line client(std::string const& request) const
    {
        auto made = client();
        made.say(request);
        return made;
    }
    // The next connection of the router to the app.
    line accept(listening const& app)
    {
        line made;
        REQUIRE(sees([&] {
            made.fd.reset(::accept4(app.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
            return static_cast<bool>(made.fd);
        }));
        return made;
    }
    bool nobody_comes(listening const& app)
    {
        poll();
        return ::accept4(app.fd.get(), nullptr, nullptr, SOCK_CLOEXEC) < 0;
    }
    // Waits until this was heard, and forgets everything up to its end. Returns that.
    std::string hears(line& l, std::string const& wanted)
    {
        std::size_t at = std::string::npos;
        bool const came = sees([&] {
            l.look();
            at = l.heard.find(wanted);
            return at != std::string::npos || l.ended;
        });
        CAPTURE(wanted, l.heard, l.ended, log.heard);
        REQUIRE(came);
        REQUIRE(at != std::string::npos);
        auto const found = l.heard.substr(0, at + wanted.size());
        l.heard.erase(0, found.size());
        return found;
    }
    std::string head(line& l) { return hears(l, "\r\n\r\n"); }
    // Waits for the end of the connection; returns what came before it.
    std::string rest(line& l)
    {
        REQUIRE(sees([&] {
            l.look();
            return l.ended;
        }));
        return std::exchange(l.heard, {});
    }
    bool is_quiet(line& l)
    {
        poll();
        l.look();
        return l.heard.empty() && !l.ended;
    }
    // Runs everything for this time.
    void pass(std::chrono::milliseconds time)
    {
        auto const late = std::chrono::steady_clock::now() + time;
        REQUIRE(sees([late] { return std::chrono::steady_clock::now() >= late; }));
    }
    // The next line of the log.
    std::string logged()
    {
        REQUIRE(sees([this] { return log.heard.find('\n') != std::string::npos; }));
        auto const end = log.heard.find('\n');
        auto const found = log.heard.substr(0, end);
        log.heard.erase(0, end + 1);
        return found;
    }

    void take(procd::front::idle_targets const& told_idle)
    {
        idle.insert(told_idle.ids.begin(), told_idle.ids.end());
        acknowledged = told_idle.picture;
    }

    listening front;
    procd::front::picture picture;
    os::message_socket procd_end;
    line log;
    bool told = false, over = false;
    std::set<int> idle; // that the router has told to be idle
    std::uint64_t acknowledged = 0;
    std::optional<procd::front::figures> answer;
    std::optional<procd::front::router> serving;

private:
    void hear()
    {
        char room[65536];
        for (ssize_t count = 1; count > 0;) {
            count = ::read(log.fd.get(), room, sizeof room);
            if (count > 0)
                log.heard.append(room, static_cast<std::size_t>(count));
        }
        while (auto const got = procd_end.receive(procd::front::longest_message)) {
            if (got->bytes.empty())
                return;
            auto const told_up = procd::front::read_report(got->bytes);
            REQUIRE(told_up.has_value());
            if (auto const* f = std::get_if<procd::front::figures>(&*told_up))
                answer = *f;
            else
                take(std::get<procd::front::idle_targets>(*told_up));
        }
    }
};

// A router with one type and one process of it.
struct one_app : router_stage {
    explicit one_app(std::string const& protocol = "http") : router_stage(protocol)
    {
        id = add(app.port);
        tell();
    }
    // A request on its way: the app has got its head.
    struct under_way {
        line client, app;
        std::string head;
    };
    under_way request(std::string const& text)
    {
        auto from = client(text);
        auto to = accept(app);
        auto got = head(to);
        return {std::move(from), std::move(to), std::move(got)};
    }

    listening app;
    int id = 0;
};

inline bool has(std::string const& head, std::string const& text)
{
    return head.find(text) != std::string::npos;
}

inline std::string const get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
inline std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

} // namespace test
