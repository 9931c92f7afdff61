// share = "listen_fds": the processes of a type get the listening sockets themselves.
#include "supervisor/os/unix_socket.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/http_client.hpp"
#include "tests/fixtures/http_load.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

using namespace test;

namespace {

auto const procfile = "web: exec " PUPPET " sockets\n";

// A type `web` whose processes share the sockets of the first free port and of `web.sock`.
struct scene {
    explicit scene(std::string const& more = "", std::string const& line = procfile)
        : port(free_ports()), app(line, {.options = {"serve", "-p", std::to_string(port + 100)},
                                         .files = {{"procd.toml", settings(more)}}})
    {
    }

    std::string settings(std::string const& more = "", std::string const& share = "listen_fds",
                         int at = 0) const
    {
        return "[types.web]\nlisten = \"127.0.0.1:" + std::to_string(port + at) + "\"\nshare = \"" +
               share + "\"\nrollout = { min_ready = \"0s\" }\n" + more;
    }
    // "web.1 4711"; empty: no answer.
    std::string ask(int at = 0) const { return get_once(port + at, "/").body; }
    bool answers(int at = 0) const
    {
        return eventually([&] { return !ask(at).empty(); });
    }
    std::string pid_of(std::string const& name)
    {
        return std::to_string(app.process(name).at("pid").as_int64());
    }

    int port;
    app_under_test app;
};

} // namespace

TEST_CASE("all processes of a type accept at the same socket", "[listen_fds]")
{
    scene s("count = 2\n");
    s.app.expect("web.1  | 1 sockets web, mine, ");
    s.app.expect("web.2  | 1 sockets web, mine, ");
    // They share this flag as well: the first to accept sets it for both.
    s.app.expect("mine, blocking\n");
    std::set<std::string> names;
    CHECK(eventually([&] {
        names.insert(s.ask().substr(0, 5));
        return names == std::set<std::string>{"web.1", "web.2"};
    }));
    CHECK_FALSE(has(s.app.output(), "router"));
    CHECK(s.app.process("web.1").at("ready").as_bool()); // nothing gates it
    s.app.signal(SIGTERM);
    CHECK(s.app.wait() == 0);
    CHECK(s.ask().empty());
}

TEST_CASE("the sockets are for the processes alone", "[listen_fds]")
{
    scene s("readiness = { exec = \"test -e probe.fds || { env >probe.env; ls -l /proc/self/fd "
            ">probe.fds; }\", period = "
            "\"100ms\" }\n",
            "web: exec " PUPPET " sockets $MODE\nother: env >other.env; exec sleep 60\n"
            "release: env >release.env; ls -l /proc/self/fd >release.fds\n");
    s.app.expect_states({{"web.1", "up"}});
    CHECK(s.app.ctl({"scale", "other=1"}).code == 0);
    auto const beside =
        s.app.ctl({"exec", "web.1", "--", "sh", "-c", "env; ls -l /proc/self/fd"}).out;
    CHECK(has(beside, "PROCD_TYPE=web\n"));
    CHECK_FALSE(has(beside, "LISTEN_"));
    CHECK_FALSE(has(beside, "socket:"));
    for (auto const* const name : {"probe", "release", "other"}) {
        INFO(name);
        auto const file = s.app.file(std::string(name) + ".env");
        CHECK(eventually([&] { return has(read_file(file), "PROCD_APP="); }));
        CHECK_FALSE(has(read_file(file), "LISTEN_"));
    }
    CHECK_FALSE(has(read_file(s.app.file("probe.fds")), "socket:"));
    CHECK_FALSE(has(read_file(s.app.file("release.fds")), "socket:"));
    auto const once = run({PROCD, "run", "web"}, s.app.root(), {{"MODE", "end"}});
    CHECK(has(once.out, "0 sockets , not mine"));
}

TEST_CASE("an env file cannot take the sockets away", "[listen_fds]")
{
    scene s("env = { LISTEN_FDNAMES = \"x\" }\n");
    REQUIRE(s.answers());
    s.app.write(".env", "LISTEN_FDS=7\nLISTEN_PID=1\nLISTEN_PIDFDID=3\n");
    CHECK(s.app.ctl({"reload"}).code == 0);
    CHECK(eventually([&] { return count_of(s.app.output(), "1 sockets web, mine") > 1; }));
    CHECK_FALSE(has(s.app.output(), "not mine"));
    CHECK(s.answers());
}

TEST_CASE("restarts, scale and reloads lose nobody who waits in the backlog", "[listen_fds]")
{
    scene s;
    REQUIRE(s.answers());
    http_load clients(s.port, 4, http_load::connections::fresh);
    for (int round = 0; round < 3; ++round) {
        CHECK(s.app.ctl({"restart", "web"}).code == 0);
        CHECK(s.app.ctl({"scale", "web=2"}).code == 0);
        CHECK(s.app.ctl({"scale", "web=0"}).code == 0);
        CHECK(s.app.ctl({"scale", "web=1"}).code == 0);
        s.app.write(".env", "ROUND=" + std::to_string(round) + "\n");
        CHECK(s.app.ctl({"reload"}).code == 0);
        CHECK(s.app.ctl({"delete", "web.1"}).code == 0);
    }
    clients.end();
    INFO(s.app.dump());
    CHECK(clients.answered() > 0);
    CHECK(clients.failed() == 0);
}

TEST_CASE("at scale 0 clients wait for the next process", "[listen_fds]")
{
    scene s;
    REQUIRE(s.answers());
    CHECK(s.app.ctl({"scale", "web=0"}).code == 0);
    http_client client(s.port);
    REQUIRE(client.connected());
    REQUIRE(client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    CHECK(s.app.ctl({"scale", "web=1"}).code == 0);
    CHECK(has(client.read_answer().body, "web.1 "));
}

TEST_CASE("a Unix socket is shared, too, and its file goes first at the end", "[listen_fds]")
{
    tests::temp_dir dir;
    auto const path = dir / "web.sock";
    app_under_test app(procfile, {.options = {"up"},
                                  .files = {{"procd.toml", "[types.web]\nlisten = \"unix:" + path +
                                                               "\"\nshare = \"listen_fds\"\n"
                                                               "count = 2\n[front]\nsocket_mode = "
                                                               "\"0600\"\n"}}});
    app.expect("serving 1");
    auto const client = os::connect_unix(path);
    REQUIRE(client.has_value());
    REQUIRE(os::send_all(client->get(), "GET / HTTP/1.1\r\n\r\n").has_value());
    char room[1024];
    std::string answer;
    for (auto got = os::receive(client->get(), room, sizeof room); got && *got > 0;
         got = os::receive(client->get(), room, sizeof room))
        answer.append(room, *got);
    CHECK(has(answer, "web."));
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a process waits for an address that somebody else has", "[listen_fds]")
{
    int const port = free_ports();
    app_under_test other("web: exec " PUPPET " listen " + std::to_string(port) + "\n");
    other.expect("listening " + std::to_string(port));
    auto const address = "127.0.0.1:" + std::to_string(port);
    app_under_test app(procfile, {.options = {"serve", "-p", std::to_string(port + 100)},
                                  .files = {{"procd.toml", "[types.web]\nlisten = \"" + address +
                                                               "\"\nshare = \"listen_fds\"\n"}}});
    app.expect("cannot listen on " + address + ": ");
    app.expect_states({{"web.1", "waiting"}});
    auto const started = app.ctl({"start", "web"});
    CHECK(started.code == 1);
    CHECK(has(started.err, "web.1 waits for the address " + address));
    CHECK(has(app.ctl({"describe", "web.1"}).out, "waits for the address " + address));
    other.signal(SIGTERM);
    CHECK(other.wait() == 0);
    app.expect("web.1  | serving 1");
    CHECK(count_of(app.output(), "cannot listen on") == 1);
    CHECK(has(get_once(port, "/").body, "web.1 "));
}

TEST_CASE("a reload that changes the address gives it to new processes", "[listen_fds]")
{
    scene s;
    REQUIRE(s.answers());
    auto const before = s.pid_of("web.1");
    s.app.write("procd.toml", s.settings("", "listen_fds", 1));
    auto const planned = s.app.ctl({"reload", "--dry-run"});
    CHECK(has(planned.out, "listen, listen_fds"));
    auto const reloaded = s.app.ctl({"reload"});
    INFO(reloaded.out << reloaded.err << s.app.dump());
    CHECK(reloaded.code == 0);
    CHECK(s.pid_of("web.1") != before);
    CHECK(s.answers(1));
    CHECK(eventually([&] { return !http_client(s.port).connected(); }));

    // Without an address the process gets none, and goes on as an ordinary one.
    s.app.write("procd.toml", "[types.web]\nrollout = { min_ready = \"0s\" }\n");
    CHECK(s.app.ctl({"reload"}).code == 0);
    s.app.expect("web.1  | 0 sockets , not mine");
    CHECK(eventually([&] { return !http_client(s.port + 1).connected(); }));
}

TEST_CASE("a reload to an address that is taken is put back, and no client notices", "[listen_fds]")
{
    scene s;
    REQUIRE(s.answers());
    app_under_test other("web: exec " PUPPET " listen " + std::to_string(s.port + 1) + "\n");
    other.expect("listening ");
    http_load clients(s.port, 4, http_load::connections::fresh);
    auto const quick = "[types.web.rollout]\nsurge = 1\nprogress_deadline = \"1s\"\n";
    s.app.write("procd.toml", "[types.web]\nlisten = \"127.0.0.1:" + std::to_string(s.port + 1) +
                                  "\"\nshare = \"listen_fds\"\n" + quick);
    auto const reloaded = s.app.ctl({"reload"});
    clients.end();
    INFO(reloaded.out << reloaded.err << s.app.dump());
    CHECK(reloaded.code == 1);
    CHECK(has(reloaded.err, "it waits for the address 127.0.0.1:" + std::to_string(s.port + 1)));
    CHECK(s.answers());
    CHECK(clients.answered() > 0);
    CHECK(clients.failed() == 0);
}

TEST_CASE("a change of share hands the socket over, with its backlog", "[listen_fds]")
{
    // It answers on PORT, too.
    scene s("readiness = { exec = \"true\", period = \"50ms\" }\n",
            "web: if test \"$LISTEN_FDS\"; then exec " PUPPET " sockets; else exec " PUPPET
            " web; fi\n");
    REQUIRE(s.answers());
    http_load clients(s.port, 4, http_load::connections::fresh);
    auto const reload = [&](std::string const& share) {
        s.app.write("procd.toml",
                    s.settings("readiness = { exec = \"true\", period = \"50ms\" }\n", share));
        auto const reloaded = s.app.ctl({"reload"});
        INFO(reloaded.out << reloaded.err << s.app.dump());
        CHECK(reloaded.code == 0);
        CHECK(s.answers());
    };
    reload("proxy");
    s.app.expect("router | started with pid ");
    CHECK(has(get_once(s.port, "/").head, "Via: 1.1 procd"));
    clients.end();
    INFO(s.app.dump());
    CHECK(clients.answered() > 0);
    CHECK(clients.failed() == 0);
    reload("listen_fds");
    CHECK(eventually([&] { return !has(get_once(s.port, "/").head, "Via: "); }));
    CHECK_FALSE(has(s.app.output(), "cannot listen"));
}

TEST_CASE("a socket of systemd's keeps its name", "[listen_fds]")
{
    auto const start = [](std::string const& share) {
        // python3 makes the socket and becomes procd, as systemd does.
        return std::vector<std::string>{
            "python3", "-c",
            "import os, socket, sys\n"
            "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
            "os.dup2(s.fileno(), 3); os.set_inheritable(3, True)\n"
            "open('port." +
                share +
                "', 'w').write(str(s.getsockname()[1]))\n"
                "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', "
                "LISTEN_FDNAMES='shop')\n"
                "os.execv(sys.argv[1], sys.argv[1:])\n"};
    };
    if (run({"sh", "-c", "command -v python3"}, "/").code != 0) {
        SKIPPED("needs python3");
        return;
    }
    for (std::string const share : {"listen_fds", "proxy"}) {
        INFO(share);
        app_under_test app(
            share == "proxy" ? "web: exec " PUPPET " web\n" : procfile,
            {.options = {"serve"},
             .files = {{"procd.toml",
                        "[types.web]\nlisten = \"systemd:shop\"\nshare = \"" + share +
                            "\"\nreadiness = { exec = \"true\", period = \"50ms\" }\n"}},
             .wrapper = start(share)});
        app.expect_states({{"web.1", "up"}});
        if (share == "listen_fds")
            app.expect("web.1  | 1 sockets shop, mine, blocking\n");
        int const port = std::atoi(read_file(app.file("port." + share)).c_str());
        CHECK(eventually([&] { return has(get_once(port, "/").body, "web.1 "); }));
    }
}

TEST_CASE("check says what shared sockets mean", "[listen_fds]")
{
    tests::temp_dir dir;
    std::ofstream(dir / "Procfile") << "web: cd x && serve\n";
    std::ofstream(dir / "procd.toml")
        << "[types.web]\nlisten = \"8080\"\nshare = \"listen_fds\"\nqueue = 5\nhosts = [\"x\"]\n";
    auto const checked = run({PROCD, "check", "-p", "6000"}, dir.path());
    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);
    CHECK(has(checked.out, "every process of web gets the listening sockets of 127.0.0.1:8080, "
                           "[::1]:8080\n"));
    CHECK(has(checked.err, "procd.toml:4:9: warning: queue of 'web' has no effect: "));
    CHECK(has(checked.err, "procd.toml:5:9: warning: hosts of 'web' is for procd export alone: "));
    CHECK(has(checked.err, "Procfile:1:1: note: the listening sockets of 'web' are for the pid of "
                           "the shell"));
    auto const plan =
        boost::json::parse(run({PROCD, "check", "--json", "-p", "6000"}, dir.path()).out);
    auto const& web = plan.as_object().at("types").as_array()[0].as_object();
    CHECK(web.at("share") == "listen_fds");
    CHECK(web.at("hosts") == boost::json::array{"x"});
    CHECK_FALSE(web.contains("queue")); // it has no effect
}
