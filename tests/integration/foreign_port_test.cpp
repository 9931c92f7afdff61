// The port of a process behind the front port is held by another program.
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/fronted_app.hpp"

#include <boost/json/object.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

using namespace test;

namespace {

template <class Address>
os::unique_fd listener(Address address)
{
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    os::unique_fd made{::socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int const on = 1;
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(made.get(), generic, sizeof address) != 0 || ::listen(made.get(), 100) != 0)
        made.reset();
    return made;
}

// Listen on a port of the loopback, and answer nobody.
os::unique_fd listener_on_v4(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return listener(address);
}

os::unique_fd listener_on_v6(int port)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(static_cast<std::uint16_t>(port));
    return listener(address);
}

auto const command = "web: while ! test -e go; do sleep 0.02; done; exec " PUPPET " web\n";

// The probe has found the other program.
bool is_held(app_under_test& app)
{
    auto const web = app.ctl({"describe", "web.1"});
    return has(web.out, "false (readiness probe: its port ") && has(web.out, " is in use by ");
}

} // namespace

TEST_CASE("the program that holds the port of a process does not make it ready", "[front]")
{
    auto const base = free_ports();
    auto other = listener_on_v4(base);
    REQUIRE(other);
    app_under_test app(
        command, {.options = {"-p", std::to_string(base), "--listen", std::to_string(base + 300)}});
    app.expect("web.1  | warning: its port " + std::to_string(base) + " is in use by ");
    REQUIRE(eventually([&] { return is_held(app); }));
    CHECK(app.states()["web.1"] == "starting");
    other.reset();
    app.write("go", "");
    app.expect_states({{"web.1", "up"}});
    auto const answer = get_once(base + 300, "/");
    CHECK(answer.status == 200);
    CHECK(has(answer.body, "web.1"));
}

TEST_CASE("a process on 127.0.0.1 is reached although another program has ::1", "[front]")
{
    auto const base = free_ports();
    auto const other = listener_on_v6(base);
    if (!other) {
        SKIPPED("no version 6 here");
        return;
    }
    app_under_test app(
        command, {.options = {"-p", std::to_string(base), "--listen", std::to_string(base + 300)}});
    REQUIRE(eventually([&] { return is_held(app); }));
    app.write("go", "");
    app.expect_states({{"web.1", "up"}});
    CHECK(has(get_once(base + 300, "/").body, "web.1"));
}

TEST_CASE("a process on ::1 is not reached while another program has 127.0.0.1", "[front]")
{
    auto const base = free_ports();
    auto const other = listener_on_v4(base);
    REQUIRE(other);
    app_under_test app(
        command, {.options = {"-p", std::to_string(base), "--listen", std::to_string(base + 300)}});
    REQUIRE(eventually([&] { return is_held(app); }));
    auto const own = listener_on_v6(base); // later than the start, as that of the app would be
    if (!own) {
        SKIPPED("no version 6 here");
        return;
    }
    CHECK_FALSE(soon([&] { return app.states()["web.1"] == "up"; }));
    CHECK(is_held(app));
}

TEST_CASE("a readiness probe that is declared takes whoever answers on the port", "[front]")
{
    auto const base = free_ports();
    auto const other = listener_on_v4(base);
    REQUIRE(other);
    app_under_test app(
        command, {.options = {"-p", std::to_string(base), "--listen", std::to_string(base + 300)},
                  .files = {{"procd.toml", "[types.web]\nreadiness = { tcp = true }\n"}}});
    app.expect_states({{"web.1", "up"}});
}
