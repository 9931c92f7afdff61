#include "procfile/probe_settings.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using std::chrono::seconds;

namespace {

parsed_config with_probe(std::string const& probe, std::string const& kind = "readiness")
{
    return parse_config("[types.web]\n" + kind + " = { " + probe + " }\n", "f");
}

probe_settings read(std::string const& probe)
{
    parsed_config const parsed = with_probe(probe);
    INFO(probe);
    CHECK_FALSE(has_error(parsed.diagnostics));
    REQUIRE(parsed.value.of("web").readiness.has_value());
    return *parsed.value.of("web").readiness;
}

} // namespace

TEST_CASE("a probe is http, tcp or exec with the kubelet's defaults", "[probe_settings]")
{
    probe_settings const http = read("http = \"/healthz?full=1\"");
    CHECK(http.action == probe_action::http);
    CHECK(http.path == "/healthz?full=1");
    CHECK(http.initial_delay == seconds{0});
    CHECK(http.period == seconds{10});
    CHECK(http.timeout == seconds{1});
    CHECK(http.success == 1);
    CHECK(http.failure == 3);
    CHECK(http.port == std::nullopt);
    CHECK(read("tcp = true").action == probe_action::tcp);
    CHECK(read("exec = \"bin/ready --now\"").command ==
          std::vector<std::string>{"/bin/sh", "-c", "bin/ready --now"});
    CHECK(read("exec = [\"bin/ready\", \"a b\"]").command ==
          std::vector<std::string>{"bin/ready", "a b"});
}

TEST_CASE("every key of a probe is read", "[probe_settings]")
{
    probe_settings const probe =
        read("http = \"/\", port = 8080, headers = { Host = \"shop.example\", X-A = \"\" }, "
             "initial_delay = \"1s\", period = \"2s\", timeout = \"3s\", success = 4, failure = 5");
    CHECK(probe.port == 8080);
    CHECK(probe.headers ==
          std::vector<std::pair<std::string, std::string>>{{"Host", "shop.example"}, {"X-A", ""}});
    CHECK(probe.initial_delay == seconds{1});
    CHECK(probe.period == seconds{2});
    CHECK(probe.timeout == seconds{3});
    CHECK(probe.success == 4);
    CHECK(probe.failure == 5);
}

TEST_CASE("what a probe may not hold is refused", "[probe_settings]")
{
    struct {
        char const* probe;
        char const* message;
    } const cases[] = {
        {"", "' needs one of http, tcp and exec"},
        {"period = \"1s\"", "' needs one of http, tcp and exec"},
        {"http = \"/\", tcp = true", "' needs one of http, tcp and exec, and one only"},
        {"http = \"healthz\"", ".http' must be a path such as \"/healthz\""},
        {"http = \"/a b\"", ".http' must be a path such as \"/healthz\""},
        {"http = \"/\\r\\nX: y\"", ".http' must be a path such as \"/healthz\""},
        {"http = true", ".http' must be a string, not true or false"},
        {"tcp = false", ".tcp' must be true, or left out"},
        {"tcp = 80", ".tcp' must be true or false, not an integer"},
        {"exec = []", ".exec' must not be empty"},
        {"exec = \"\"", ".exec' must not be empty"},
        {"exec = 1", ".exec' must be a string or an array of strings, not an integer"},
        {"exec = [1]", ".exec' must be a string, not an integer"},
        {"tcp = true, headers = { A = \"b\" }", "' headers are for http only"},
        {"http = \"/\", headers = { A = 1 }", ".headers.A' must be a string, not an integer"},
        {"http = \"/\", headers = { A = \"b\\r\\nC: d\" }",
         ".headers.A' is no header of a request"},
        {"http = \"/\", headers = { \"A B\" = \"c\" }", ".headers.A B' is no header of a request"},
        {"exec = \"x\", port = 1", "' port is for http and tcp only"},
        {"tcp = true, port = 0", ".port' must be between 1 and 65535"},
        {"tcp = true, period = \"0s\"", ".period' must be 1ms or more"},
        {"tcp = true, timeout = \"0s\"", ".timeout' must be 1ms or more"},
        {"tcp = true, success = 0", ".success' must be 1 or more"},
        {"tcp = true, failure = 0", ".failure' must be 1 or more"},
    };
    for (auto const& c : cases) {
        INFO(c.probe);
        std::vector<std::string> messages;
        for (diagnostic const& d : with_probe(c.probe).diagnostics)
            if (d.level == severity::error)
                messages.push_back(d.message);
        CHECK(messages ==
              std::vector<std::string>{std::string{"'types.web.readiness"} + c.message});
    }
}

TEST_CASE("one success is enough for liveness and startup, and has to be", "[probe_settings]")
{
    for (char const* kind : {"liveness", "startup"}) {
        parsed_config const parsed = with_probe("tcp = true, success = 2", kind);
        CHECK(has_error(parsed.diagnostics));
        CHECK_FALSE(has_error(with_probe("tcp = true, success = 1", kind).diagnostics));
    }
    CHECK_FALSE(has_error(with_probe("tcp = true, success = 2").diagnostics));
}

TEST_CASE("a type's probe replaces the one of [defaults] whole", "[probe_settings]")
{
    config const c = parse_config("[defaults]\nliveness = { http = \"/\", period = \"3s\" }\n"
                                  "[types.web]\nliveness = { tcp = true }\n",
                                  "f")
                         .value;
    CHECK(c.of("web").liveness->action == probe_action::tcp);
    CHECK(c.of("web").liveness->period == seconds{10});
    CHECK(c.of("db").liveness->path == "/");
}

TEST_CASE("a request that is too large is refused at its place", "[probe_settings]")
{
    auto const message_of = [](std::string const& probe) {
        auto const parsed = with_probe(probe);
        return parsed.diagnostics.empty() ? "" : parsed.diagnostics.front().message;
    };
    auto const header = [](std::string const& name, std::size_t size) {
        return "\"" + name + "\" = \"" + std::string(size, 'a') + '"';
    };
    auto const with = [](std::string const& headers) {
        return "http = \"/\", headers = { " + headers + " }";
    };
    std::string const most = "; at most 4096 are sent";
    CHECK(message_of(with(header("X-A", 4096))) == "");
    CHECK(message_of(with(header("X-A", 4097))) ==
          "'types.web.readiness.headers.X-A' has a value of 4097 bytes" + most);
    CHECK(message_of(with(header(std::string(4097, 'N'), 1)))
              .ends_with("' has a name of 4097 bytes" + most));
    CHECK(message_of("http = \"/" + std::string(4096, 'p') + "\"") ==
          "'types.web.readiness.http' has 4097 bytes" + most);
    CHECK(message_of("http = \"/" + std::string(4095, 'p') + "\"") == "");
    std::string four;
    for (auto const* name : {"A", "B", "C", "D"})
        four += header(name, 4089) + ", ";
    CHECK(message_of(with(four + header("E", 3))) == "");
    CHECK(message_of(with(four + header("E", 4))) ==
          "'types.web.readiness.headers' has 16385 bytes; at most 16384 are sent");
}

TEST_CASE("a probe that an older procd has kept is seen to be too large", "[probe_settings]")
{
    probe_settings probe;
    probe.action = probe_action::http;
    probe.path = "/";
    probe.headers = {{"X-A", std::string(4096, 'a')}};
    CHECK(too_large(probe) == "");
    probe.headers.front().second += 'a';
    CHECK(too_large(probe) == "its header X-A has a value of 4097 bytes; at most 4096 are sent");
    probe.headers.assign(5, {"X-A", std::string(4000, 'a')});
    CHECK(too_large(probe) == "its table of headers has 20035 bytes; at most 16384 are sent");
    probe.headers.clear();
    probe.path += std::string(4096, 'a');
    CHECK(too_large(probe) == "its path has 4097 bytes; at most 4096 are sent");
}
