#include "supervisor/core/api.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>
#include <utility>

namespace {

namespace json = boost::json;
using namespace core::api;

constexpr core::wall_time noon{std::chrono::seconds(1'795'419'000)}; // 2026-11-23T07:30:00Z

process_view web_1()
{
    process_view p;
    p.name = "web.1";
    p.type = "web";
    p.state = "up";
    p.ready = true;
    p.incarnation = 1;
    p.started_at = noon;
    p.pid = 4711;
    p.port = 5000;
    p.cpu_millicores = 12;
    p.memory_bytes = 8388608;
    return p;
}

process_detail detail()
{
    process_detail d;
    d.process = web_1();
    d.command = "bin/web -p $PORT";
    d.args = {"/bin/sh", "-c", "exec bin/web -p $PORT"};
    d.cwd = "/srv/shop";
    d.user = "www-data";
    d.listening = false;
    d.next_attempt = noon;
    d.last = last_exit{"terminated by SIGKILL", {}, "SIGKILL", true, noon, 1500, {"bye", "\xff"}};
    d.stop_timeout_ms = 30'000;
    d.stop_signal = "SIGTERM";
    d.restart = "always";
    d.max_restarts = 3;
    d.not_ready = "readiness probe: HTTP 503";
    d.limits = {"web", 0.5, 1.0, 1ull << 30, 4096, false, "no cgroup v2 is mounted"};
    d.probes = {{"web", "readiness", "tcp-socket port=5000"}};
    d.events = {{7, noon, "started", "web.1", "web.1 started with pid 4711", {{"pid", 4711}}}};
    return d;
}

status_view status()
{
    status_view s;
    s.version = "0.1.0";
    s.app = "shop";
    s.root = "/srv/shop";
    s.socket = "/srv/shop/.procd/procd.sock";
    s.pid = 1;
    s.started_at = noon;
    s.state = "running";
    s.verb = "serve";
    s.containment = "cgroup";
    s.off = {"worker", "clock"};
    s.total = {2, 3, 3, 2, 7, 100, 1};
    return s;
}

// The value after a round trip through JSON text, as over the socket.
template <class T>
T there_and_back(T const& value)
{
    auto read = from_json<T>(json::parse(json::serialize(to_json(value))));
    if (!read)
        throw std::runtime_error(read.error());
    return std::move(*read);
}

template <class T>
std::string error_of(std::string_view text)
{
    auto const read = from_json<T>(json::parse({text.data(), text.size()}));
    return read ? "" : read.error();
}

} // namespace

TEST_CASE("A process is as the contract has it, absent values null")
{
    CHECK(json::serialize(to_json(web_1())) ==
          R"({"name":"web.1","type":"web","instance":1,"state":"up","ready":true,)"
          R"("release":"v1","incarnation":1,"restarts":0,"started_at":"2026-11-23T07:30:00Z",)"
          R"("pid":4711,"port":5000,"cpu_millicores":12,"memory_bytes":8388608})");

    process_view stopped;
    stopped.name = "web.1";
    auto const o = to_json(stopped).as_object();
    for (auto const* name : {"started_at", "pid", "port", "cpu_millicores", "memory_bytes"})
        CHECK(o.at(name).is_null());
}

TEST_CASE("Every view comes back as it went")
{
    CHECK((there_and_back(web_1()) == web_1()));
    CHECK((there_and_back(process_view{}) == process_view{}));
    CHECK((there_and_back(detail()) == detail()));
    CHECK((there_and_back(process_detail{}) == process_detail{}));
    CHECK((there_and_back(status()) == status()));
    type_view const type{"web", "v2", "bin/web", 3, 2, 1, 2, noon, 4};
    CHECK((there_and_back(type) == type));
}

TEST_CASE("Autoscale rules and decisions come back as they went, and those of an older procd too")
{
    for (auto const& rule : {autoscale_view{"web", 1, 8, 75}, autoscale_view{"web", 1, 8, {}, 10},
                             autoscale_view{"web", 1, 8, 75, 10}})
        CHECK((there_and_back(rule) == rule));
    decision_view d;
    d.time = noon;
    d.condition = "SucceededRescale";
    d.reason = "the requests in flight are above the target";
    d.from = 2;
    d.to = d.min = d.max = 3;
    CHECK((there_and_back(d) == d));
    d.target_percent = 50;
    d.target_concurrency = 10;
    d.utilization = 40;
    d.requests = 25.5;
    d.cpu_count = 2;
    d.concurrency_count = d.raw = d.proposed = 3;
    d.decided_by = "concurrency";
    CHECK((there_and_back(d) == d));

    auto older = to_json(autoscale_view{"web", 1, 8, 75}).as_object();
    older.erase("concurrency");
    auto const read = from_json<autoscale_view>(older);
    REQUIRE(read.has_value());
    CHECK((*read == autoscale_view{"web", 1, 8, 75}));
    auto old_decision = to_json(d).as_object();
    for (auto const* name :
         {"target_concurrency", "requests", "cpu_count", "concurrency_count", "decided_by"})
        old_decision.erase(name);
    auto const old_read = from_json<decision_view>(old_decision);
    REQUIRE(old_read.has_value());
    CHECK(old_read->target_percent == 50);
    CHECK(!old_read->requests);
}

TEST_CASE("Events, progress and problems come back as they went")
{
    event const e{7, noon, "exited", "web.1", "exited with code 3", {{"code", 3}}};
    auto const event_back = there_and_back(e);
    CHECK(event_back.seq == 7);
    CHECK((event_back.time == noon));
    CHECK(event_back.message == e.message);
    CHECK((event_back.data == e.data));

    auto const progress_back = there_and_back(progress{true, false, "late", {web_1()}});
    CHECK(progress_back.done);
    CHECK_FALSE(progress_back.ok);
    REQUIRE(progress_back.processes.size() == 1);
    CHECK((progress_back.processes[0] == web_1()));

    auto const problem_back = there_and_back(problem{404, "Not Found", "no web.9"});
    CHECK(problem_back.status == 404);
    CHECK(problem_back.detail == "no web.9");
}

TEST_CASE("A record's bytes survive, whatever they are")
{
    std::string const bytes = GENERATE(as<std::string>{}, "", "plain", "caf\xc3\xa9", "caf\xe9",
                                       std::string("\0\x1b[31m\r", 7), "\xed\xa0\x80");
    core::log_record const record{5, noon, "web.1", bytes, true};
    auto const back = there_and_back(record);
    CHECK(back.bytes == bytes);
    CHECK(back.seq == 5);
    CHECK(back.partial);
}

TEST_CASE("A record keeps its author")
{
    using enum core::author;
    auto const [by, text] = GENERATE(table<core::author, char const*>(
        {{process, "\"process\""}, {procd, "\"procd\""}, {unknown, "null"}}));
    core::log_record const record{5, noon, "web.1", "started with pid 1", false, by};
    CHECK(there_and_back(record).by == by);
    CHECK(json::serialize(to_json(record).as_object().at("author")) == text);
    auto const other = from_json<core::log_record>(json::parse(
        R"({"seq":1,"time":"2026-11-23T07:30:00Z","process":"a","line":"","partial":false})"));
    REQUIRE(other.has_value());
    CHECK(other->by == unknown);
}

TEST_CASE("A record that is no UTF-8 says so by its field")
{
    auto const o = to_json(core::log_record{1, noon, "web.1", "\xff", false}).as_object();
    CHECK_FALSE(o.contains("line"));
    CHECK(o.at("line_base64") == "/w==");
}

TEST_CASE("Text of files and paths is UTF-8 in JSON, whatever it was")
{
    auto d = detail();
    d.command = "echo \xff";
    d.cwd = "/srv/caf\xe9";
    auto const o = to_json(d).as_object();
    CHECK(o.at("command") == "echo \xef\xbf\xbd");
    CHECK(o.at("cwd") == "/srv/caf\xef\xbf\xbd");
}

TEST_CASE("Reading ignores what it does not know and names what it misses")
{
    CHECK(error_of<problem>(R"({"status":404,"title":"t","detail":"d","more":[1]})").empty());
    CHECK(error_of<problem>(R"({"status":404,"title":"t"})") ==
          "field 'detail' is missing or not what was expected");
    CHECK(error_of<problem>(R"({"status":"404","title":"t","detail":"d"})") ==
          "field 'status' is missing or not what was expected");
    CHECK(error_of<problem>("[]") == "an object was expected");
    CHECK(error_of<progress>(R"({"done":true,"ok":true,"message":"","processes":[3]})") ==
          "field 'processes' is missing or not what was expected");
    CHECK(error_of<event>(R"({"seq":-1})") == "field 'seq' is missing or not what was expected");
    CHECK(error_of<core::log_record>(
              R"({"seq":1,"time":"2026-11-23T07:30:00Z","process":"a","partial":false})") ==
          "field 'line' is missing or not what was expected");
    CHECK(error_of<core::log_record>(R"({"seq":1,"time":"noon","process":"a","partial":false})") ==
          "field 'time' is missing or not what was expected");
}

TEST_CASE("A problem is as RFC 9457 has it")
{
    CHECK(json::serialize(to_json(problem{422, "Unprocessable", "too many"})) ==
          R"({"type":"about:blank","title":"Unprocessable","status":422,"detail":"too many"})");
}
