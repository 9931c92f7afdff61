// The port of a process behind the front port is held by another program.
#include "supervisor/os/unique_fd.hpp"
#include "tests/integration/fronted_app.hpp"

#include <boost/json/object.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

using namespace test;

namespace {

// Listens on a port of the loopback, and answers nobody.
os::unique_fd listener(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    os::unique_fd made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int const on = 1;
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    REQUIRE(::bind(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(made.get(), 100) == 0);
    return made;
}

auto const command = "web: while ! test -e go; do sleep 0.02; done; exec " PUPPET " web\n";

} // namespace

TEST_CASE("the program that holds the port of a process does not make it ready", "[front]")
{
    auto const base = free_ports();
    auto other = listener(base);
    app_under_test app(
        command, {.options = {"-p", std::to_string(base), "--listen", std::to_string(base + 300)}});
    app.expect("web.1  | warning: its port " + std::to_string(base) + " is in use by ");
    auto const why = "readiness probe: its port " + std::to_string(base) + " is in use by ";
    REQUIRE(eventually([&] { return has(app.ctl({"describe", "web.1"}).out, why); }));
    CHECK(app.states()["web.1"] == "starting");
    other.reset();
    app.write("go", "");
    app.expect_states({{"web.1", "up"}});
    auto const answer = get_once(base + 300, "/");
    CHECK(answer.status == 200);
    CHECK(has(answer.body, "web.1"));
}

TEST_CASE("a readiness probe that is declared takes whoever answers on the port", "[front]")
{
    auto const base = free_ports();
    auto const other = listener(base);
    app_under_test app(
        command, {.options = {"-p", std::to_string(base), "--listen", std::to_string(base + 300)},
                  .files = {{"procd.toml", "[types.web]\nreadiness = { tcp = true }\n"}}});
    app.expect_states({{"web.1", "up"}});
}
