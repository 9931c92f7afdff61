#include "supervisor/daemon/service_manager.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

constexpr int own_pid = 4711;

// The socket of a service manager; heard() takes the next datagram, "" when there is none.
class manager_socket {
public:
    manager_socket() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    manager_socket(manager_socket const&) = delete;
    manager_socket& operator=(manager_socket const&) = delete;
    ~manager_socket() { ::close(fd_); }

    std::string path() const { return directory_ / "notify"; }
    std::string heard() const
    {
        char bytes[1024];
        auto const got = ::recv(fd_, bytes, sizeof bytes, 0);
        return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
    }
    procd::daemon::service_manager told(procfile::variables more = {}) const
    {
        more["NOTIFY_SOCKET"] = path();
        return {more, own_pid};
    }

private:
    tests::temp_dir directory_;
    int fd_;
};

} // namespace

TEST_CASE("a service manager is told of a start, each line one of its own", "[service_manager]")
{
    manager_socket const socket;
    auto manager = socket.told();
    CHECK(manager.listens());
    manager.preparing("release phase\nof v1");
    CHECK(socket.heard() == "STATUS=release phase of v1\nEXTEND_TIMEOUT_USEC=86400000000");
    manager.ready("running v1");
    CHECK(socket.heard() == "READY=1\nSTATUS=running v1");
    CHECK(socket.heard().empty());
}

TEST_CASE("a status is sent when it is another than the one before", "[service_manager]")
{
    manager_socket const socket;
    auto manager = socket.told();
    manager.ready("running v1");
    CHECK(socket.heard() == "READY=1\nSTATUS=running v1");
    manager.status("running v1");
    CHECK(socket.heard().empty());
    manager.status("not ready: web.1");
    CHECK(socket.heard() == "STATUS=not ready: web.1");
    manager.status("running v1");
    CHECK(socket.heard() == "STATUS=running v1");
}

TEST_CASE("a reload carries the clock, and a stop says how long it may take", "[service_manager]")
{
    manager_socket const socket;
    auto manager = socket.told();
    manager.reloading();
    auto const reloading = socket.heard();
    CHECK(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="));
    CHECK(reloading.ends_with("\nSTATUS=reloading\nEXTEND_TIMEOUT_USEC=86400000000"));
    CHECK(socket.heard().empty()); // no watchdog was asked for
    manager.stopping(45s);
    CHECK(socket.heard() == "STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=45000000");
}

TEST_CASE("the watchdog hears of procd twice in its time", "[service_manager]")
{
    manager_socket const socket;
    auto manager = socket.told({{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "4711"}});
    procd::daemon::service_manager::time_point const start{100s};
    CHECK(manager.watchdog(start) == start + 1s);
    CHECK(socket.heard() == "WATCHDOG=1");
    CHECK(manager.watchdog(start + 999ms) == start + 1s);
    CHECK(socket.heard().empty());
    CHECK(manager.watchdog(start + 1s) == start + 2s);
    CHECK(socket.heard() == "WATCHDOG=1");
    manager.reloading();
    CHECK(socket.heard().starts_with("RELOADING=1\n"));
    CHECK(socket.heard() == "WATCHDOG=1");
}

TEST_CASE("a watchdog of another process, or none that can be kept, is none", "[service_manager]")
{
    manager_socket const socket;
    procd::daemon::service_manager::time_point const start{100s};
    for (auto const& setting :
         {procfile::variables{{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "1"}},
          procfile::variables{{"WATCHDOG_USEC", "1"}}, procfile::variables{{"WATCHDOG_USEC", "2s"}},
          procfile::variables{}})
        CHECK(!socket.told(setting).watchdog(start));
    CHECK(socket.heard().empty());
}

TEST_CASE("without a socket nothing is sent", "[service_manager]")
{
    procd::daemon::service_manager manager({{"WATCHDOG_USEC", "2000000"}}, own_pid);
    CHECK(!manager.listens());
    manager.ready("running v1");
    manager.reloading();
    manager.stopping(1s);
    CHECK(!manager.watchdog({}));
}
