// A process that does not open its port is named once.
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/formation/stage.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

using namespace std::chrono_literals;

namespace {

// A port that nobody can listen on while this lives, and that refuses connections.
struct closed_port {
    closed_port()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(fd.get(), generic, size) == 0);
        REQUIRE(::getsockname(fd.get(), generic, &size) == 0);
        number = ntohs(address.sin_port);
    }
    os::unique_fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int number = 0;
};

std::string probed(std::string const& type, std::string const& more = "")
{
    return "[types." + type + "]\nreadiness = { tcp = true, period = \"10ms\"" + more + " }\n";
}

// The events of this kind once there is one: "PROCESS: MESSAGE", a line each.
std::string events_of(test::stage& app, std::string const& kind)
{
    std::string found;
    CHECK(app.until([&] {
        for (auto const& e : app.events.take(app.seen).events)
            if (e.kind == kind)
                found += e.process + ": " + e.message + '\n';
        return !found.empty();
    }));
    return found;
}

} // namespace

TEST_CASE("a process that does not open its port is named, unless its probe asks elsewhere",
          "[closed_port]")
{
    closed_port const port, other;
    test::stage app(
        "named: exec sleep 60\nelsewhere: exec sleep 60\n", {{"named", 1}, {"elsewhere", 1}},
        probed("named") + probed("elsewhere", ", port = " + std::to_string(other.number)),
        port.number);
    app.with.port_patience = 200ms;
    app.run();
    CHECK(events_of(app, "port_closed") == "named.1: named.1 has not opened its port " +
                                               std::to_string(port.number) +
                                               " for 200ms; it should listen on $PORT\n");
}

TEST_CASE("the ports on which a process listens instead are a part of its description",
          "[closed_port]")
{
    closed_port const port;
    test::stage app("web: exec " PUPPET " listen\n", {{"web", 1}}, probed("web"), port.number);
    app.run();
    std::string why;
    CHECK(app.until([&] {
        auto const* const slot = app.all.slot({"web", 1});
        why = slot == nullptr ? "" : slot->detail().not_ready.value_or("");
        return why.ends_with(", not on $PORT");
    }));
    CHECK(why.starts_with("readiness probe: Connection refused; it listens on "));
}
