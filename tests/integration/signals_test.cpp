// Signals to procd and to its helper, the base port it finds, and a put-back that fails.
#include "supervisor/os/unique_fd.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace test;

TEST_CASE("a guardian that was killed is made again and does its work", "[guardian]")
{
    bool const cgroup = GENERATE(true, false);
    if (!cgroup && ::geteuid() != 0) {
        SKIPPED("needs root to become an ordinary user; it has run as this one");
        return;
    }
    app_under_test app("a: " PUPPET " daemon ignore-term sleep\nb: exec sleep 60\n",
                       {.ordinary_user = !cgroup});
    app.expect("| ready ");
    app.expect_states({{"a.1", "up"}, {"b.1", "up"}});
    auto const first = guardian_of(app);
    REQUIRE(first > 0);
    ::kill(first, SIGKILL);
    REQUIRE(eventually([&] {
        auto const now = guardian_of(app);
        return now > 0 && now != first;
    }));
    CHECK(app.request("GET", "/v1/events").body.find("the guardian was killed") !=
          std::string::npos);
    REQUIRE(app.processes().size() >= 3);
    app.signal(SIGKILL);
    app.wait();
    CHECK(eventually([&] { return app.processes().empty(); }));
}

TEST_CASE("QUIT to procd kills what is there at once", "[signals]")
{
    app_under_test app("web: " PUPPET " ignore-term sleep\n", {.options = {"-t", "60"}});
    app.expect("| ready ");
    bool const stopping = GENERATE(false, true);
    if (stopping) {
        app.signal(SIGTERM);
        app.expect("sending SIGTERM to all processes");
    }
    app.signal(SIGQUIT);
    app.wait(); // fails after half of the stop timeout
    app.expect("web.1  | terminated by SIGKILL");
    CHECK(app.processes().empty());
}

TEST_CASE("a new size of procd's terminal is passed on to its processes'", "[signals]")
{
    app_under_test app("web: exec " PUPPET " winch\n",
                       {.options = {"--color", "never"}, .terminal = true});
    app.expect("| ready");
    app.resize(31, 99);
    app.expect("size 31x");
}

TEST_CASE("the port `auto` takes the next free block and says so", "[port]")
{
    // 5000 may be free here or not. The base that is reported is that of a block, and is used.
    app_under_test app("web: echo port=$PORT; exec sleep 60\n", {.options = {"-p", "auto"}});
    app.expect("(--port auto)");
    auto const text = app.output();
    auto const at = text.find("base port ") + 10;
    int const base = std::stoi(text.substr(at));
    INFO(text);
    CHECK(base % 1000 == 0);
    CHECK(base >= 5000);
    app.expect("port=" + std::to_string(base) + "\n");

    os::unique_fd const taken(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(base));
    REQUIRE(::bind(taken.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(taken.get(), 1) == 0);
    app_under_test other("web: echo port=$PORT; exec sleep 60\n", {.options = {"-p", "auto"}});
    other.expect("(--port auto)");
    other.expect("| port=");
    CHECK(!has(other.output(), "port=" + std::to_string(base) + "\n"));
}

TEST_CASE("a put-back that fails as well is told, and the release before stays", "[releases]")
{
    app_under_test app("web: test -e works || exit 1; exec sleep 60\n",
                       {.options = {"serve"},
                        .files = {{"works", ""},
                                  {".env", "A=1\n"},
                                  {"procd.toml", "[defaults]\nbackoff = { initial = \"10s\" }\n"
                                                 "rollout = { min_ready = \"100ms\", "
                                                 "progress_deadline = \"300ms\" }\n"}}});
    app.expect_states({{"web.1", "up"}});
    std::filesystem::remove(app.file("works"));
    app.write(".env", "A=2\n");
    auto const done = app.ctl({"reload"});
    INFO(done.out << done.err << app.dump());
    CHECK(done.code == 1);
    CHECK(has(done.err, "v1 is put back, but "));
    app.expect("v2 failed: ");
    // Once it can run again it does, as the release that was put back.
    app.write("works", "");
    CHECK(app.ctl({"restart", "web"}).code == 0);
    app.expect_states({{"web.1", "up"}});
    CHECK(app.process("web.1").at("release") == "v1");
}

TEST_CASE("a process that cannot be killed is named and given up, and the code is 1", "[signals]")
{
    tests::temp_dir const dir;
    struct statvfs place {};
    if (::geteuid() != 0 || ::statvfs(dir.path().c_str(), &place) != 0 ||
        (place.f_flag & ST_NOSUID) != 0) {
        SKIPPED("needs root, and a directory where the set-user-ID bit counts");
        return;
    }
    ::chmod(dir.path().c_str(), 0755);
    auto const own = dir / "puppet";
    std::filesystem::copy_file(PUPPET, own);
    REQUIRE(::chmod(own.c_str(), 04755) == 0);
    app_under_test app("web: exec " + own + " become-root ignore-term sleep\n",
                       {.options = {"-t", "0.1"}, .ordinary_user = true});
    app.expect("| ready ");
    auto const pid = app.process("web.1").at("pid").to_number<int>();
    app.signal(SIGTERM);
    CHECK(app.wait() == 1); // after ten seconds of KILL
    bool const lives = alive(pid);
    ::kill(pid, SIGKILL);
    CHECK(lives);
    app.expect("could not be killed and is left alone: pid " + std::to_string(pid));
}
