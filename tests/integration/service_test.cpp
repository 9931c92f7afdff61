// The messages of procd to a service manager, received on a socket of the test.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace test;

namespace {

class manager {
public:
    manager()
    {
        fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    manager(manager const&) = delete;
    manager& operator=(manager const&) = delete;
    ~manager() { ::close(fd_); }

    std::string path() const { return directory_ / "notify"; }
    // All messages so far, one datagram a line.
    std::string const& heard()
    {
        char bytes[4096];
        for (ssize_t got; (got = ::recv(fd_, bytes, sizeof bytes, 0)) > 0;) {
            heard_.append(bytes, static_cast<std::size_t>(got));
            heard_ += "\n--\n";
        }
        return heard_;
    }
    bool hears(std::string const& text)
    {
        bool const came = eventually([&] { return heard().find(text) != std::string::npos; });
        INFO("heard: " << heard_);
        CHECK(came);
        return came;
    }

private:
    tests::temp_dir directory_;
    int fd_ = -1;
    std::string heard_;
};

} // namespace

TEST_CASE("a service manager hears ready, reloading, stopping and the watchdog", "[service]")
{
    manager systemd;
    app_under_test app(
        "web: exec sleep 60\n",
        {.options = {"serve"},
         .files = {{"procd.toml", "[types.web]\nreadiness = { exec = \"test -e go\", period "
                                  "= \"20ms\", timeout = \"10s\" }\n"}},
         .environment = {{"NOTIFY_SOCKET", systemd.path()}, {"WATCHDOG_USEC", "200000"}}});
    systemd.hears("WATCHDOG=1");
    app.expect_states({{"web.1", "starting"}});
    CHECK(systemd.heard().find("READY=1") == std::string::npos);
    app.write("go", "");
    systemd.hears("READY=1\nSTATUS=running v1\n--");
    app.write(".env", "A=1\n");
    app.signal(SIGHUP);
    systemd.hears("RELOADING=1\nMONOTONIC_USEC=");
    systemd.hears("READY=1\nSTATUS=running v2");
    // Afterwards the status tells the result, each time that it changes.
    std::filesystem::remove(app.file("go"));
    systemd.hears("STATUS=not ready: web.1\n--");
    app.write("go", "");
    systemd.hears("--\nSTATUS=running v2\n--");
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    systemd.hears("STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=55000000");
    CHECK(app.output().find("NOTIFY_SOCKET") == std::string::npos);
}

TEST_CASE("a service manager waits for a release phase, however long", "[service]")
{
    manager systemd;
    app_under_test app("release: while ! test -e go; do sleep 0.01; done\nweb: exec sleep 60\n",
                       {.options = {"serve"}, .environment = {{"NOTIFY_SOCKET", systemd.path()}}});
    systemd.hears("STATUS=release phase of v1\nEXTEND_TIMEOUT_USEC=86400000000\n--");
    CHECK(systemd.heard().find("READY=1") == std::string::npos);
    app.write("go", "");
    systemd.hears("READY=1\nSTATUS=running v1\n--");
}

TEST_CASE("directories of a service manager are used", "[service]")
{
    tests::temp_dir const state, runtime;
    std::filesystem::permissions(state.path(), std::filesystem::perms::owner_all);
    app_under_test app("web: exec sleep 60\n",
                       {.options = {"serve"},
                        .environment = {{"STATE_DIRECTORY", state.path()},
                                        {"RUNTIME_DIRECTORY", runtime.path()}}});
    auto const socket = runtime / "procd.sock";
    REQUIRE(eventually([&] { return std::filesystem::exists(socket); }));
    REQUIRE(eventually([&] { return app.ctl({"-s", socket, "wait", "web"}).code == 0; }));
    CHECK(eventually([&] { return std::filesystem::exists(state / "state.json"); }));
    CHECK(!std::filesystem::exists(app.file(".procd")));
    CHECK(app.ctl({"-s", socket, "shutdown"}).code == 0);
}
