#include "supervisor/ctl/views.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

core::api::routing_view view(std::string type, std::string state)
{
    core::api::routing_view v;
    v.type = std::move(type);
    v.listen = {"127.0.0.1:8080"};
    v.state = std::move(state);
    v.ready = 2;
    v.wanted = 3;
    return v;
}

} // namespace

TEST_CASE("the table of front ports shows figures where there are some", "[routing]")
{
    auto api = view("api", "open"), busy = view("web", "paused"), idle = view("ws", "no router");
    api.share = "listen_fds";
    busy.paused = busy.disabled = true;
    busy.state = "disabled";
    busy.listen = {"127.0.0.1:80", "[::1]:80"};
    busy.in_flight = 12;
    busy.queued = 3;
    busy.requests_per_second = 120.25;
    busy.p50_ms = 4;
    busy.p95_ms = 1250;
    idle.paused = true;
    idle.in_flight = idle.queued = 0;
    idle.requests_per_second = 0;
    idle.p50_ms = idle.p95_ms = 0;
    CHECK(ctl::routing_text({api, busy, idle}) ==
          "TYPE    LISTEN                    READY    IN FLIGHT    QUEUED    REQUESTS/S    P50    "
          "P95     STATE\n"
          "api     127.0.0.1:8080            2/3      -            -         -             -      "
          "-       open\n"
          "web     127.0.0.1:80, [::1]:80    2/3      12           3         120.2         4ms    "
          "1.2s    disabled, paused\n"
          "ws      127.0.0.1:8080            2/3      0            0         0.0           0ms    "
          "0ms     no router, paused\n");
}

TEST_CASE("figures that no router would tell do not break the table", "[routing]")
{
    auto v = view("web", "o\x1b[2Jpen");
    v.p50_ms = -1e300;
    v.p95_ms = 1e300;
    v.requests_per_second = 1e6;
    auto const text = ctl::routing_text({v});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("0ms") != std::string::npos);
    CHECK(text.find("1000000.0") != std::string::npos);
}

TEST_CASE("a description has the addresses and the reason why they are not open", "[routing]")
{
    core::api::type_detail d;
    d.type.name = "web";
    CHECK(ctl::describe_text(d).find("Listen:") == std::string::npos);
    d.routing = view("web", "not listening");
    d.routing->problems = {"cannot listen on 127.0.0.1:8080: nginx (pid 12) does"};
    auto const text = ctl::describe_text(d);
    INFO(text);
    CHECK(text.find("Listen:        127.0.0.1:8080\n"
                    "Routing:       not listening (cannot listen on 127.0.0.1:8080: nginx (pid 12) "
                    "does)\n") != std::string::npos);
    d.routing->share = "listen_fds";
    CHECK(ctl::describe_text(d).find("127.0.0.1:8080 (the processes accept)\n") !=
          std::string::npos);
}

TEST_CASE("the status names the router, or why there is none", "[routing]")
{
    core::api::status_view s;
    auto const row_of = [&s] {
        auto const text = ctl::status_text(s, s.started_at);
        auto const at = text.find("Router:");
        return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
    };
    CHECK(row_of() == "");
    s.router = core::api::router_view{"running", 4712, {"127.0.0.1:8080", "[::1]:8080"}, {}};
    CHECK(row_of() == "Router:         running (pid 4712), listens on 127.0.0.1:8080, [::1]:8080");
    s.router = core::api::router_view{
        "restarting", {}, {"[::1]:8080"}, {"the router: exited; the next attempt is in 4s"}};
    CHECK(row_of() == "Router:         restarting, listens on [::1]:8080; the router: exited; the "
                      "next attempt is in 4s");
    s.router = core::api::router_view{"not running", {}, {}, {"cannot listen on [::1]:8080"}};
    CHECK(row_of() == "Router:         not running; cannot listen on [::1]:8080");
}
