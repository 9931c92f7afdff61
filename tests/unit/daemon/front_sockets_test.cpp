#include "supervisor/daemon/front_sockets.hpp"
#include "supervisor/os/tcp_listener.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using procd::daemon::open_front;
using procfile::share_mode;

namespace {

procfile::listen_address address(std::string const& text)
{
    auto const parsed = procfile::parse_listen_address(text);
    REQUIRE(parsed.has_value());
    return parsed->front();
}

bool waits(int fd)
{
    return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

// The sentence that refuses an address, or "".
std::string refusal(std::string const& text, std::vector<os::passed_socket> const& passed = {},
                    procfile::router_settings const& settings = {})
{
    auto const got = open_front(address(text), settings, share_mode::proxy, passed);
    return got ? "" : got.error();
}

// Listens on a port of 127.0.0.1 that the kernel chooses.
struct listener {
    os::unique_fd fd = os::listen_tcp("127.0.0.1", 0).value();
    std::string text = "127.0.0.1:" + std::to_string(os::port_of(fd.get()).value());
};

} // namespace

TEST_CASE("A port is opened, or the error names who holds it", "[front]")
{
    listener there;
    auto const self = std::to_string(::getpid());
    auto const why = refusal(there.text);
    INFO(why);
    CHECK(why.starts_with("cannot listen on " + there.text + ": "));
    CHECK(why.find("process " + self + ") listens there; end it, or choose another address") !=
          std::string::npos);
    there.fd.reset();
    for (auto const share : {share_mode::proxy, share_mode::listen_fds}) {
        auto const got = open_front(address(there.text), {}, share, {});
        REQUIRE(got.has_value());
        REQUIRE(got->size() == 1);
        CHECK(os::is_listening(got->front().get()));
        CHECK(waits(got->front().get()) == (share == share_mode::listen_fds));
    }
}

TEST_CASE("Only an IPv6 address that nobody wrote may be missing", "[front]")
{
    procfile::listen_address missing;
    missing.ip = *procfile::parse_ip("192.0.2.1"); // no machine has an address of this network
    missing.port = 8080;
    CHECK_FALSE(open_front(missing, {}, share_mode::proxy, {}).has_value());
    missing.needed = procfile::listen_address::need::where_possible;
    auto const got = open_front(missing, {}, share_mode::proxy, {});
    REQUIRE(got.has_value());
    CHECK(got->empty());
}

TEST_CASE("A Unix socket has the mode of [front], and is removed", "[front]")
{
    tests::temp_dir dir;
    procfile::router_settings settings;
    settings.socket_mode = 0666;
    auto const got = open_front(address("unix:" + (dir / "s")), settings, share_mode::proxy, {});
    REQUIRE(got.has_value());
    struct stat about {};
    REQUIRE(::stat((dir / "s").c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0666);
    CHECK(refusal("unix:" + (dir / "s")) ==
          "cannot listen on unix:" + (dir / "s") +
              ": another program answers there; end it, or choose another path; procd tries again "
              "every 5 s");
    got->front().file.remove();
    CHECK_FALSE(std::filesystem::exists(dir / "s"));
    settings.socket_group = "no-such-group";
    CHECK(refusal("unix:" + (dir / "s"), {}, settings) ==
          "cannot listen on unix:" + (dir / "s") +
              ": no group 'no-such-group' on this machine ([front] socket_group)");
}

TEST_CASE("A socket that systemd has passed is found by its name", "[front]")
{
    std::vector<os::passed_socket> passed;
    passed.push_back({"web", listener().fd.duplicate().value()});
    passed.push_back({"api", listener().fd.duplicate().value()});
    passed.push_back({"web", listener().fd.duplicate().value()});
    auto const got = open_front(address("systemd:web"), {}, share_mode::listen_fds, passed);
    REQUIRE(got.has_value());
    REQUIRE(got->size() == 2);
    CHECK(got->front().get() != passed[0].fd.get());
    CHECK(os::port_of((*got)[1].get()).value() == os::port_of(passed[2].fd.get()).value());
    CHECK(waits(got->front().get()));

    CHECK(refusal("systemd:wbe", passed) ==
          "cannot listen on systemd:wbe: systemd has passed no socket of this name, but web, api, "
          "web; see FileDescriptorName= of the socket unit");
    CHECK(refusal("systemd:web") ==
          "cannot listen on systemd:web: systemd has passed no sockets; start procd by its socket "
          "unit");
    passed.push_back({"file", os::unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC))});
    CHECK(refusal("systemd:file", passed) ==
          "cannot listen on systemd:file: what systemd passes by this name is no socket that "
          "listens; its unit needs ListenStream= and Accept=no");
}
