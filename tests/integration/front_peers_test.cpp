// The router beside haproxy and nginx: the heads of tests/data/smuggling.json go raw to each of the
// three, in front of a server that records what it gets.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/http_client.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace test;
namespace json = boost::json;

namespace {

// Records what comes, and answers each head with 200.
class recorder {
public:
    explicit recorder(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        int const on = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(static_cast<std::uint16_t>(port));
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(::listen(fd_, 100) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    recorder(recorder const&) = delete;
    recorder& operator=(recorder const&) = delete;
    ~recorder()
    {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }
    // The bytes that have come since the last call.
    std::string take()
    {
        std::lock_guard const held(lock_);
        return std::exchange(heard_, {});
    }

private:
    void serve()
    {
        for (int client; (client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            hear(client);
            ::close(client);
        }
    }
    void hear(int client)
    {
        timeval const limit{5, 0};
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        std::string head;
        char room[65536];
        while (head.find("\r\n\r\n") == head.npos) {
            auto const count = ::recv(client, room, sizeof room, 0);
            if (count <= 0)
                break; // a probe says nothing
            head.append(room, static_cast<std::size_t>(count));
            std::lock_guard const held(lock_);
            heard_.append(room, static_cast<std::size_t>(count));
        }
        std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        if (!head.empty())
            ::send(client, ok.data(), ok.size(), MSG_NOSIGNAL);
    }

    int fd_;
    std::thread thread_;
    std::mutex lock_;
    std::string heard_;
};

std::string installed(std::string const& name)
{
    for (auto const* const directory : {"/usr/sbin/", "/usr/local/sbin/", "/usr/bin/"})
        if (auto const path = directory + name; ::access(path.c_str(), X_OK) == 0)
            return path;
    return {};
}

// Whoever gets half a message says so, or closes, after half a second.
std::string haproxy_cfg(int own, int upstream)
{
    return "global\n  nbthread 1\n  tune.bufsize 140000\ndefaults\n  mode http\n"
           "  timeout connect 5s\n  timeout client 500ms\n  timeout server 5s\n"
           "  timeout http-request 500ms\nfrontend f\n  bind 127.0.0.1:" +
           std::to_string(own) +
           "\n  default_backend b\nbackend b\n  server s 127.0.0.1:" + std::to_string(upstream) +
           "\n";
}

std::string nginx_conf(int own, int upstream)
{
    std::string temporary;
    for (auto const* const kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        temporary += std::string(kind) + "_temp_path " + kind + ";\n";
    return std::string(::geteuid() == 0 ? "user root;\n" : "") +
           "daemon off;\nworker_processes 1;\nerror_log stderr;\npid nginx.pid;\nevents {}\n"
           "http {\naccess_log off;\nlarge_client_header_buffers 8 140k;\n"
           "client_max_body_size 0;\nclient_header_timeout 500ms;\nclient_body_timeout "
           "500ms;\nkeepalive_timeout 500ms;\n" +
           temporary + "server {\nlisten 127.0.0.1:" + std::to_string(own) +
           ";\nlocation / {\nproxy_pass http://127.0.0.1:" + std::to_string(upstream) +
           ";\nproxy_http_version 1.1;\nproxy_request_buffering off;\n}\n}\n}\n";
}

struct sent_head {
    std::string rule, bytes;
};

// The requests of the table, with a body that fits where the router is to take them.
std::vector<sent_head> requests()
{
    std::vector<sent_head> all;
    auto const table = json::parse(read_file(TEST_DATA "/smuggling.json"));
    for (auto const& each : table.as_array()) {
        auto const& v = each.as_object();
        if (v.at("kind").as_string() != "request")
            continue;
        std::string bytes(v.at("head").as_string());
        if (auto const at = bytes.find("{fill}"); at != bytes.npos)
            bytes.replace(at, 6, v.at("fill").to_number<std::size_t>(), 'a');
        std::string body;
        if (auto const* const found = v.if_contains("body"))
            body = found->as_string();
        if (body == "chunked")
            bytes += "0\r\n\r\n";
        if (body.starts_with("length "))
            bytes.append(std::min(std::stoull(body.substr(7)), 100'000ull), 'b');
        all.push_back({std::string(v.at("rule").as_string()), bytes});
    }
    return all;
}

struct verdict {
    int status = 0;      // of the first answer; 0: the connection was closed without one
    bool passed = false; // the server behind got something
    std::string text() const
    {
        return (passed ? "passes" : "refuses") + (status > 0 ? ' ' + std::to_string(status) : "");
    }
};

// nginx serves no such request, whose meaning is certain all the same.
bool is_a_choice_of_nginx(std::string const& rule)
{
    return rule == "OPTIONS *" || rule == "TRACE";
}

verdict ask(int port, std::string const& bytes, recorder& behind)
{
    behind.take();
    http_client client(port);
    client.send(bytes);
    auto const head = client.read_until("\r\n\r\n");
    verdict v;
    v.status = head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
    v.passed = !behind.take().empty();
    return v;
}

} // namespace

TEST_CASE("the router is as strict with a head as the stricter of haproxy and nginx",
          "[front][smuggling]")
{
    auto const haproxy = installed("haproxy"), nginx = installed("nginx");
    if (haproxy.empty() || nginx.empty()) {
        SKIPPED("needs haproxy and nginx, and " << (haproxy.empty() ? "haproxy" : "nginx")
                                                << " is not installed");
        return;
    }
    int const base = free_ports(), front = base + 300;
    recorder behind(base); // in the place of web.1, which only sleeps
    auto const types = "web: exec sleep 1000\nhaproxy: exec " + haproxy +
                       " -db -f haproxy.cfg\nnginx: exec " + nginx + " -p . -c nginx.conf\n";
    app_under_test app(
        types,
        {.options = {"up", "-p", std::to_string(base)},
         .files = {{"procd.toml", "[types.web]\nlisten = \"127.0.0.1:" + std::to_string(front) +
                                      "\"\nreadiness = { tcp = true, period = "
                                      "\"50ms\" }\n[front]\nheader_timeout = \"1s\"\n"},
                   {"haproxy.cfg", haproxy_cfg(front + 1, base)},
                   {"nginx.conf", nginx_conf(front + 2, base)}}});
    std::string const plain = "GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n";
    for (int i = 0; i < 3; ++i) {
        bool const serves = eventually([&] { return ask(front + i, plain, behind).passed; });
        INFO(app.dump());
        REQUIRE(serves);
    }
    std::printf("%-56s %-14s %-14s %s\n", "head", "procd", "haproxy", "nginx");
    for (auto const& each : requests()) {
        auto const ours = ask(front, each.bytes, behind);
        auto const haproxys = ask(front + 1, each.bytes, behind);
        auto const nginxs = ask(front + 2, each.bytes, behind);
        std::printf("%-56s %-14s %-14s %s\n", each.rule.c_str(), ours.text().c_str(),
                    haproxys.text().c_str(), nginxs.text().c_str());
        INFO(each.rule);
        CHECK(ours.passed == (ours.status == 200));
        CHECK(ours.status != 0);
        CHECK((!ours.passed || haproxys.passed || nginxs.passed));
        if (!is_a_choice_of_nginx(each.rule))
            CHECK((!ours.passed || (haproxys.passed && nginxs.passed)));
    }
}
