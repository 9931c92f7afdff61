#include "supervisor/ctl/views.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

core::wall_time const started = *core::parse_iso("2026-11-23T07:30:00Z");

core::api::process_view process(std::string const& type, int n)
{
    core::api::process_view p;
    p.name = type + "." + std::to_string(n);
    p.type = type;
    p.instance = n;
    p.state = "up";
    p.ready = true;
    p.started_at = started;
    return p;
}

} // namespace

TEST_CASE("The table of processes is the one the page shows")
{
    CHECK(
        ctl::processes_text({process("worker", 1), process("web", 1)}, false) ==
        "NAME        RELEASE    STATE    PTYPE     READY    RESTARTS    STARTED\n"
        "web.1       v1         up       web       1/1      0           2026-11-23T07:30:00UTC\n"
        "worker.1    v1         up       worker    1/1      0           2026-11-23T07:30:00UTC\n");
}

TEST_CASE("Processes are sorted by number, not by text, and absent values are dashes")
{
    auto wide = process("web", 2);
    wide.pid = 4711;
    wide.port = 5001;
    wide.cpu_millicores = 12;
    wide.memory_bytes = 8'388'608;
    auto down = process("web", 10);
    down.state = "backoff";
    down.ready = false;
    down.started_at.reset();
    down.restarts = 3;
    CHECK(ctl::processes_text({down, wide}, true) ==
          "NAME      RELEASE    STATE      PTYPE    READY    RESTARTS    STARTED                 "
          "  PID     PORT    CPU    MEM\n"
          "web.2     v1         up         web      1/1      0           2026-11-23T07:30:00UTC  "
          "  4711    5001    12m    8.0M\n"
          "web.10    v1         backoff    web      0/1      3           -                       "
          "  -       -       -      -\n");
}

TEST_CASE("The table of types counts what is ready of what is wanted")
{
    CHECK(ctl::types_text({{"web", "v1", "bin/web", 3, 2, 3, 2, started}}) ==
          "NAME    RELEASE    READY    UP-TO-DATE    AVAILABLE    STARTED\n"
          "web     v1         2/3      3             2            2026-11-23T07:30:00UTC\n");
}

TEST_CASE("Sizes have one digit after the point")
{
    CHECK(ctl::size_text(0) == "0B");
    CHECK(ctl::size_text(1023) == "1023B");
    CHECK(ctl::size_text(1024) == "1.0K");
    CHECK(ctl::size_text(1536 << 10) == "1.5M");
    CHECK(ctl::size_text(3ull << 30) == "3.0G");
    CHECK(ctl::size_text(5ull << 50) == "5120.0T");
}

TEST_CASE("A description shows how the last one ended, without moving the terminal")
{
    core::api::process_detail d;
    d.process = process("web", 1);
    d.command = "bin/web --title 'a b'";
    d.args = {"/bin/sh", "-c", "exec bin/web --title 'a b'"};
    d.cwd = "/srv/shop";
    d.restart = "always";
    d.max_restarts = 5;
    d.stop_signal = "SIGTERM";
    d.stop_timeout_ms = 30'000;
    d.last = core::api::last_exit{
        "terminated by SIGKILL", std::nullopt, "SIGKILL", true, started, 1500, {"bye\x1b[2J"}};
    d.process.ready = false;
    d.not_ready = "readiness probe: HTTP 503";
    d.limits.cpu = 1;
    d.limits.memory = 1ull << 30;
    d.probes = {{"web", "readiness", "tcp-socket port=5000 delay=0s"}};
    auto const text = ctl::describe_text(d);
    CHECK(text.find("Ready:             false (readiness probe: HTTP 503)\n") != std::string::npos);
    CHECK(text.find("Requests:          cpu 1\n"
                    "Limits:            cpu 1, memory 1Gi\n"
                    "Readiness:         tcp-socket port=5000 delay=0s\n") != std::string::npos);
    CHECK(text.find("Container:         web.1\n") == 0);
    CHECK(text.find("Args:              /bin/sh -c 'exec bin/web --title '\\''a b'\\'''\n") !=
          std::string::npos);
    CHECK(text.find("  startedAt:       2026-11-23T07:30:00UTC\n") != std::string::npos);
    CHECK(text.find("Last State:        terminated by SIGKILL\n") != std::string::npos);
    CHECK(text.find("  outOfMemory:     true\n") != std::string::npos);
    CHECK(text.find("Restart Policy:    always, gives up after 5 in a row\n") != std::string::npos);
    CHECK(text.find("Last Lines:\n    bye\\x1b[2J\n") != std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("Status says for how long procd has been up")
{
    core::api::status_view s;
    s.app = "shop";
    s.started_at = started;
    auto const text = ctl::status_text(s, started + std::chrono::hours(2));
    CHECK(text.find("App:            shop\n") == 0);
    CHECK(text.find("Uptime:         2h\n") != std::string::npos);
}
