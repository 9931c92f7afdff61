#include "supervisor/core/probe_text.hpp"
#include "tests/fixtures/catch.hpp"

using namespace core;
using namespace std::chrono_literals;

TEST_CASE("probes are told in the platform's words", "[probe_text]")
{
    procfile::probe_settings p;
    p.action = procfile::probe_action::http;
    p.path = "/geo/";
    p.port = 8000;
    p.initial_delay = 120s;
    p.timeout = 10s;
    p.period = 20s;
    CHECK(probe_text(p) == "http-get headers=[] path=/geo/ port=8000 delay=120s timeout=10s "
                           "period=20s #success=1 #failure=3");
    p.headers = {{"X-Token", "secret"}, {"Accept", "*/*"}};
    p.port.reset();
    p.timeout = 250ms;
    CHECK(probe_text(p) == "http-get headers=[X-Token Accept] path=/geo/ port=$PORT delay=120s "
                           "timeout=250ms period=20s #success=1 #failure=3");
    p = {};
    p.port = 5000;
    CHECK(probe_text(p) ==
          "tcp-socket port=5000 delay=0s timeout=1s period=10s #success=1 #failure=3");
    p.action = procfile::probe_action::exec;
    p.command = {"cmd", "arg"};
    CHECK(probe_text(p) == "exec [cmd arg] delay=0s timeout=1s period=10s #success=1 #failure=3");
}

TEST_CASE("sizes and cores are told without superfluous digits", "[probe_text]")
{
    CHECK(size_text(0) == "0");
    CHECK(size_text(1000) == "1000");
    CHECK(size_text(64 << 10) == "64Ki");
    CHECK(size_text(1ull << 30) == "1Gi");
    CHECK(size_text(1536ull << 20) == "1536Mi");
    CHECK(size_text(5ull << 40) == "5Ti");
    CHECK(cores_text(1) == "1");
    CHECK(cores_text(0.5) == "0.5");
    CHECK(cores_text(0.025) == "0.025");
    CHECK(cores_text(12.25) == "12.25");
    CHECK(cores_text(0) == "0");
}
