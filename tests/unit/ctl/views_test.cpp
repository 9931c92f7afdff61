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
        ctl::processes_text({process("worker", 1), process("web", 1)}, ctl::columns::usual) ==
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
    CHECK(ctl::processes_text({down, wide}, ctl::columns::wide) ==
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

TEST_CASE("Status says for how long procd has been up")
{
    core::api::status_view s;
    s.app = "shop";
    s.started_at = started;
    s.total.types = 3;
    s.off = {"worker", "clock"};
    auto const text = ctl::status_text(s, started + std::chrono::hours(2));
    CHECK(text.find("Types:          3 (off: worker, clock)\n") != std::string::npos);
    CHECK(text.find("App:            shop\n") == 0);
    CHECK(text.find("Uptime:         2h\n") != std::string::npos);
}
