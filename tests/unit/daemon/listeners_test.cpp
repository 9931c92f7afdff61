#include "supervisor/daemon/listeners.hpp"
#include "supervisor/os/tcp_listener.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/formation/stage.hpp"

#include <fcntl.h>
#include <signal.h>

using procfile::share_mode;

namespace {

// A port that was free just now.
int some_port()
{
    return os::port_of(os::listen_tcp("127.0.0.1", 0).value().get()).value();
}

// An app whose `web` listens on a port.
struct scene {
    explicit scene(std::string const& share, int count = 0)
        : s(procfile, {{"web", count}}, config(share)), sockets(s.with, s.all, {})
    {
        s.all.begin_running();
        look();
    }

    std::string config(std::string const& share) const
    {
        return "[types.web]\nlisten = \"127.0.0.1:" + std::to_string(port) + "\"\nshare = \"" +
               share + "\"\n";
    }
    void become(std::string const& share) { s.take_up(procfile, {{"web", 0}}, config(share)); }
    void forget_address() { s.take_up(procfile, {{"web", 0}}, ""); }
    // Tells the router of a picture. Returns the number of descriptors that travel with it.
    std::size_t tell(std::uint64_t picture)
    {
        auto const count = sockets.news().size();
        sockets.told(picture);
        return count;
    }
    // "routed", "for processes", "idle" (for nobody yet) or "closed".
    std::string look()
    {
        next_try = sockets.look(s.app);
        if (sockets.all().empty())
            return "closed";
        REQUIRE(sockets.all().size() == 1);
        auto const& only = sockets.all().front();
        bool const blocks = (::fcntl(only.socket.get(), F_GETFL) & O_NONBLOCK) == 0;
        CHECK(blocks == (only.share == share_mode::listen_fds));
        if (only.routed)
            return "routed";
        return only.share == share_mode::listen_fds && for_processes() ? "for processes" : "idle";
    }
    bool for_processes() const
    {
        return s.with.sockets
            .find(procfile::parse_listen_address("127.0.0.1:" + std::to_string(port))->front())
            .has_value();
    }
    void start_web()
    {
        REQUIRE(s.until([&] {
            look();
            auto const* const web = s.all.slot({"web", 1});
            return web != nullptr && web->ready();
        }));
    }

    char const* procfile = "web: exec sleep 600\n";
    int port = some_port();
    test::stage s;
    procd::daemon::listeners sockets;
    std::optional<core::time_point> next_try;
};

} // namespace

TEST_CASE("A socket for the router is given to it once", "[listeners]")
{
    scene s("proxy");
    CHECK(s.look() == "routed");
    CHECK(s.sockets.router_wanted());
    CHECK_FALSE(s.for_processes());
    CHECK(s.sockets.all().front().port == s.port);
    CHECK(s.tell(1) == 1);
    CHECK(s.tell(2) == 0);
    s.sockets.router_is_gone();
    CHECK(s.tell(3) == 1); // to the next one
}

TEST_CASE("An address that overlaps one of the router's is opened when that is closed",
          "[listeners]")
{
    scene s("proxy");
    s.tell(1);
    auto const every = "0.0.0.0:" + std::to_string(s.port);
    s.s.take_up(s.procfile, {{"web", 0}}, "[types.web]\nlisten = \"" + every + "\"\n");
    CHECK_FALSE(s.sockets.look(s.s.app));
    CHECK(s.tell(2) == 0);
    REQUIRE(s.sockets.all().size() == 1);
    CHECK_FALSE(s.sockets.problem_of(procfile::parse_listen_address(every)->front()));
    s.sockets.router_did(2);
    CHECK_FALSE(s.sockets.look(s.s.app));
    REQUIRE(s.sockets.all().size() == 1);
    CHECK(procfile::to_string(s.sockets.all().front().address) == every);
}

TEST_CASE("A socket of the router is for processes once the router has let go", "[listeners]")
{
    scene s("proxy");
    int const id = s.sockets.all().front().id;
    s.tell(1);
    s.become("listen_fds");
    CHECK(s.look() == "idle");
    CHECK_FALSE(s.sockets.router_wanted());
    CHECK_FALSE(s.for_processes());
    CHECK(s.tell(2) == 0);
    CHECK(s.look() == "idle");
    s.sockets.router_did(1); // before it was told
    CHECK(s.look() == "idle");
    SECTION("by its word")
    {
        s.sockets.router_did(2);
        CHECK(s.look() == "for processes");
    }
    SECTION("by its end")
    {
        s.sockets.router_is_gone();
        CHECK(s.look() == "for processes");
    }
    SECTION("or goes back to the router after that")
    {
        s.become("proxy");
        CHECK(s.look() == "idle"); // the router has closed it, or is about to
        CHECK(s.tell(3) == 0);
        s.sockets.router_did(3);
        CHECK(s.look() == "routed");
        CHECK(s.tell(4) == 1);
    }
    CHECK(s.sockets.all().front().id == id); // the same socket
}

TEST_CASE("A socket that the router never had changes hands at once", "[listeners]")
{
    scene s("proxy");
    s.become("listen_fds");
    CHECK(s.look() == "for processes");
    s.become("proxy");
    CHECK(s.look() == "routed");
}

TEST_CASE("A socket of processes is the router's once none that has it lives", "[listeners]")
{
    scene s("listen_fds", 1);
    CHECK(s.for_processes());
    s.start_web();
    auto& web = *s.s.all.slot({"web", 1});
    SECTION("if a type wants it")
    {
        s.become("proxy");
        CHECK(s.look() == "for processes");
        CHECK(s.tell(1) == 0);
        ::kill(web.pid(), SIGKILL);
        CHECK(s.s.until([&] { return s.look() == "routed"; }));
        CHECK(s.tell(2) == 1);
    }
    SECTION("or it is closed")
    {
        s.forget_address();
        CHECK(s.look() == "for processes"); // the release may be put back
        ::kill(web.pid(), SIGKILL);
        CHECK(s.s.until([&] { return s.look() == "closed"; }));
        CHECK(os::listen_tcp("127.0.0.1", s.port).has_value());
        CHECK_FALSE(s.for_processes());
    }
    SECTION("or is put back to the processes")
    {
        s.forget_address();
        s.look();
        s.become("listen_fds");
        CHECK(s.look() == "for processes");
    }
}

TEST_CASE("A socket of the router that nobody wants is closed when the router has done so",
          "[listeners]")
{
    scene s("proxy");
    s.tell(1);
    s.forget_address();
    CHECK(s.look() == "idle");
    s.tell(2);
    s.sockets.router_did(2);
    CHECK(s.look() == "closed");
}

TEST_CASE("An address that is taken is tried again later, and its processes wait", "[listeners]")
{
    auto other = os::listen_tcp("127.0.0.1", 0);
    REQUIRE(other.has_value());
    scene s("proxy");
    s.port = os::port_of(other->get()).value();
    auto const before = std::chrono::steady_clock::now();
    s.s.take_up(s.procfile, {{"web", 0}}, s.config("listen_fds"));
    s.look();
    REQUIRE(s.next_try);
    CHECK(*s.next_try > before);
    CHECK_FALSE(s.for_processes());
    CHECK(s.look() == "closed");
}

TEST_CASE("At the end all sockets are closed for good", "[listeners]")
{
    scene s("listen_fds");
    CHECK(s.for_processes());
    s.sockets.close();
    CHECK_FALSE(s.for_processes());
    CHECK(s.look() == "closed");
    CHECK(os::listen_tcp("127.0.0.1", s.port).has_value());
}
