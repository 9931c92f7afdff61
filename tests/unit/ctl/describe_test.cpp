#include "supervisor/ctl/views.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

core::wall_time const started = *core::parse_iso("2026-11-23T07:30:00Z");

bool has(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("A description shows how the last one ended, without moving the terminal")
{
    core::api::process_detail d;
    d.process.name = "web.1";
    d.process.type = "web";
    d.process.started_at = started;
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
    d.events = {{4, started, "ready", "web.1", "web.1 is ready", {}},
                {5, started, "signaled", "web.1", "SIGTERM sent\x1b[2J", {}}};
    auto const text = ctl::describe_text(d);
    CHECK(text.find("Ready:             false (readiness probe: HTTP 503)\n") != std::string::npos);
    CHECK(text.find("Requests:          cpu 1\n"
                    "Limits:            cpu 1, memory 1Gi\n"
                    "Readiness:         tcp-socket port=5000 delay=0s\n") != std::string::npos);
    CHECK(text.find("Process:           web.1\n") == 0);
    CHECK(text.find("Args:              /bin/sh -c 'exec bin/web --title '\\''a b'\\'''\n") !=
          std::string::npos);
    CHECK(text.find("  startedAt:       2026-11-23T07:30:00UTC\n") != std::string::npos);
    CHECK(text.find("Last State:        terminated by SIGKILL\n") != std::string::npos);
    CHECK(text.find("  outOfMemory:     true\n") != std::string::npos);
    CHECK(text.find("Restart Policy:    always, gives up after 5 in a row\n") != std::string::npos);
    CHECK(text.find("Last Lines:\n    bye\\x1b[2J\n") != std::string::npos);
    CHECK(has(text, "Events:\n"
                    "    2026-11-23T07:30:00.000Z  ready       web.1 is ready\n"
                    "    2026-11-23T07:30:00.000Z  signaled    SIGTERM sent\\x1b[2J\n"));
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("A type's description names its variables and its autoscale rule")
{
    core::api::type_detail d;
    d.type.name = "web";
    d.type.command = "bin/web";
    d.type.wanted = 2;
    d.args = {"bin/web"};
    d.variables = {"PATH", "PORT"};
    d.autoscale = core::api::autoscale_view{"web", 1, 4, 50};
    auto const text = ctl::describe_text(d);
    CHECK(has(text, "Type:          web\n"));
    CHECK(has(text, "Ready:         0/2\n"));
    CHECK(has(text, "Autoscale:     1 to 4 at 50% CPU\n"));
    CHECK(has(text, "Variables:     PATH, PORT\n"));
    d.variables.clear();
    CHECK(has(ctl::describe_text(d), "Variables:     -\n"));
    d.autoscale = core::api::autoscale_view{"web", 1, 4, std::nullopt, 10};
    CHECK(has(ctl::describe_text(d), "Autoscale:     1 to 4 at 10 requests per process\n"));
    d.autoscale = core::api::autoscale_view{"web", 1, 4, 50, 1};
    CHECK(
        has(ctl::describe_text(d), "Autoscale:     1 to 4 at 50% CPU and 1 request per process\n"));
}
