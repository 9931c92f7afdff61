// The settings of the front port, from the files and the command line.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <fstream>

using namespace test;

namespace {

auto const procfile = "web: exec sleep 60\napi: exec sleep 60\n";

std::string web_keys(std::string const& keys)
{
    return "[defaults]\nreadiness = { exec = \"true\", period = \"50ms\" }\n[types.web]\n" + keys;
}

} // namespace

TEST_CASE("check prints the front addresses", "[front]")
{
    tests::temp_dir dir;
    auto const socket = dir / "s";
    std::ofstream(dir / "Procfile") << procfile;
    std::ofstream(dir / "procd.toml") << "[types.web]\nlisten = [\"8080\", \"unix:" << socket
                                      << "\"]\nhosts = [\"shop.example\", \"shop.test\"]\n"
                                         "queue_timeout = \"1.5s\"\n";
    auto const checked = run({PROCD, "check", "-p", "6000"}, dir.path());
    INFO(checked.err);
    CHECK(checked.code == 0);
    CHECK(has(checked.out, "web listens on 127.0.0.1:8080, [::1]:8080, unix:" + socket +
                               " for shop.example, shop.test\n"));
    CHECK_FALSE(has(checked.out, "api listens"));
    auto const plan =
        boost::json::parse(run({PROCD, "check", "--json", "-p", "6000"}, dir.path()).out);
    auto const& types = plan.as_object().at("types").as_array();
    auto const &web = types[0].as_object(), &api = types[1].as_object();
    CHECK(web.at("listen").as_array().size() == 3);
    CHECK(web.at("share") == "proxy");
    CHECK(web.at("protocol") == "http");
    CHECK(web.at("hosts") == boost::json::array{"shop.example", "shop.test"});
    CHECK(web.at("concurrency") == 0);
    CHECK(web.at("queue") == 100);
    CHECK(web.at("queue_timeout") == "1500ms");
    CHECK(web.at("hold") == "30s");
    CHECK(web.at("drain") == "1s");
    CHECK(api.at("listen").as_array().empty());
    for (auto const* const key :
         {"share", "protocol", "hosts", "concurrency", "queue", "queue_timeout", "hold", "drain"})
        CHECK_FALSE(api.contains(key));

    std::ofstream(dir / "procd.toml") << "[types.api]\nlisten = \"6101\"\n";
    auto const refused = run({PROCD, "check", "-p", "6000"}, dir.path());
    CHECK(refused.code == 1);
    CHECK(has(refused.err, "procd.toml:2:10: error: 127.0.0.1:6101 is inside the ports 6100 to "
                           "6199"));
}

TEST_CASE("check knows --listen, which gives settings their effect", "[front]")
{
    tests::temp_dir dir;
    std::ofstream(dir / "Procfile") << procfile;
    std::ofstream(dir / "procd.toml") << "[types.web]\nhosts = [\"shop.example\"]\nqueue = 3\n";
    auto const without = run({PROCD, "check", "-p", "6000"}, dir.path());
    CHECK(without.code == 0); // they are warnings
    CHECK(has(without.err, "procd.toml:2:9: warning: hosts of 'web' has no effect without listen"));
    CHECK(has(without.err, "procd.toml:3:9: warning: queue of 'web' has no effect without listen"));
    auto const listening = run(
        {PROCD, "check", "-p", "6000", "--listen", "8080", "--listen", "api=unix:/s"}, dir.path());
    CHECK(listening.code == 0);
    CHECK(listening.err == "");
    CHECK(has(listening.out, "web listens on 127.0.0.1:8080, [::1]:8080 for shop.example\n"));
    CHECK(has(listening.out, "api listens on unix:/s\n"));
    CHECK(run({PROCD, "check", "--listen", "x=8080"}, dir.path()).code == 2);
}

TEST_CASE("a changed front port replaces no process", "[front]")
{
    int const ports = free_ports();
    auto const first = "listen = \"" + std::to_string(ports) + "\"\n";
    app_under_test app(procfile, {.options = {"up", "-p", std::to_string(ports + 100)},
                                  .files = {{"procd.toml", web_keys(first)}}});
    app.expect_states({{"web.1", "up"}, {"api.1", "up"}});
    auto const pid = app.process("web.1").at("pid").as_int64();
    app.write("procd.toml", web_keys("listen = \"" + std::to_string(ports + 1) +
                                     "\"\nqueue = 5\nhosts = [\"x\"]\ndrain = \"2s\"\n"));
    auto const planned = app.ctl({"reload", "--dry-run"});
    INFO(planned.out << planned.err);
    CHECK(has(planned.out, "listen, queue, drain, hosts"));
    auto const reloaded = app.ctl({"reload"});
    INFO(reloaded.out << reloaded.err << app.dump());
    CHECK(reloaded.code == 0);
    CHECK(app.process("web.1").at("pid").as_int64() == pid);
}

TEST_CASE("a type behind the router has a readiness probe by default, also by --listen", "[front]")
{
    int const ports = free_ports();
    app_under_test app(procfile, {.options = {"up", "--listen", std::to_string(ports), "-p",
                                              std::to_string(ports + 100), "web", "api"}});
    auto const probe = "web      readiness    tcp-socket port=$PORT delay=0s timeout=1s period=1s "
                       "#success=1 #failure=3\n";
    app.expect("web.1");
    app.expect_states({{"web.1", "starting"}, {"api.1", "up"}});
    CHECK(app.ctl({"healthchecks:list"}).out ==
          "PTYPE    KIND         PROBE\n" + std::string(probe));
    // The option holds after a reload, and the reload does not count it as a change.
    CHECK(has(app.ctl({"reload", "--dry-run"}).out, "Nothing has changed."));
    app.write("Procfile", "web: exec sleep 60\napi: exec sleep 61\n");
    CHECK(app.ctl({"reload"}).code == 0);
    CHECK(has(app.ctl({"healthchecks:list"}).out, probe));
}

TEST_CASE("the sockets that systemd passes to procd do not reach its processes", "[front]")
{
    // The shell becomes procd, so that LISTEN_PID is right.
    app_under_test app(
        "web: env | grep LISTEN_; ls -l /proc/self/fd | grep -c socket; exec sleep 60\n",
        {.wrapper = {"/bin/sh", "-c",
                     "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web exec \"$@\" "
                     "3</dev/null",
                     "sh"}});
    app.expect("web.1  | 0\n");
    CHECK_FALSE(has(app.output(), "LISTEN_"));
}
