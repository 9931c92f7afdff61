#include "supervisor/ctl/request.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

std::string const fields = "Host: procd\r\nUser-Agent: procctl/" PROCD_VERSION "\r\n";

} // namespace

TEST_CASE("A request without a body is its head")
{
    CHECK(ctl::http_text({"GET", "/v1/processes?type=web"}) ==
          "GET /v1/processes?type=web HTTP/1.1\r\n" + fields + "\r\n");
    CHECK(ctl::http_text({"POST", "/v1/shutdown"}) ==
          "POST /v1/shutdown HTTP/1.1\r\n" + fields + "\r\n");
}

TEST_CASE("A body is sent as JSON with its length, even an empty one")
{
    CHECK(ctl::http_text({"PATCH", "/v1/formation", "[\"web=2\"]"}) ==
          "PATCH /v1/formation HTTP/1.1\r\n" + fields +
              "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n[\"web=2\"]");
    CHECK(ctl::http_text({"POST", "/v1/reload", ""}) ==
          "POST /v1/reload HTTP/1.1\r\n" + fields +
              "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("An upgrade names the protocol")
{
    CHECK(ctl::http_text({"POST", "/v1/processes/web.1/exec", "{}", "procd-stream"}) ==
          "POST /v1/processes/web.1/exec HTTP/1.1\r\n" + fields +
              "Connection: Upgrade\r\nUpgrade: procd-stream\r\n"
              "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}
