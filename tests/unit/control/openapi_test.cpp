// Compares openapi.json with the server: both have the same calls with the same queries, and the
// answers fit their schemas.
#include "supervisor/control/router.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/control/schema.hpp"
#include "tests/unit/control/serving.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace json = boost::json;

namespace {

json::object const& document()
{
    static json::object const parsed = [] {
        std::ifstream file(TEST_DATA "/../../supervisor/control/openapi.json");
        std::string const text{std::istreambuf_iterator<char>(file), {}};
        return json::parse(text).as_object();
    }();
    return parsed;
}

json::object const& operation(std::string const& path, std::string_view method)
{
    std::string name(method);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    return document().at("paths").as_object().at(path).at(name).as_object();
}

std::set<std::string> parameters(json::object const& operation, std::string_view where)
{
    std::set<std::string> names;
    if (auto const* all = operation.if_contains("parameters"))
        for (auto const& each : all->as_array())
            if (std::string_view(each.at("in").as_string()) == where)
                names.emplace(each.at("name").as_string());
    return names;
}

// The status, media type and JSON values (one, or one a line) of a raw answer.
struct answer {
    std::string status, type;
    std::vector<json::value> values;
};

std::string field(std::string const& head, std::string const& name)
{
    auto const at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos)
        return {};
    auto const begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

answer take_apart(std::string const& raw)
{
    auto const end = raw.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    auto const head = raw.substr(0, end + 2);
    answer a{head.substr(9, 3), field(head, "Content-Type"), {}};
    // JSON begins with a bracket; the lengths of chunks do not.
    for (auto at = end + 4; at < raw.size();) {
        auto const stop = std::min(raw.find('\n', at), raw.size());
        auto const line = raw.substr(at, stop - at);
        if (line.starts_with('{') || line.starts_with('['))
            a.values.push_back(json::parse(line));
        at = stop + 1;
    }
    return a;
}

void check_answer(tests::serving const& s, std::string_view method, std::string const& pattern,
                  std::string_view target, std::string_view body = {})
{
    INFO(method << " " << target);
    auto const got = take_apart(s.ask(method, target, body));
    auto const& responses = operation(pattern, method).at("responses").as_object();
    auto const* response = responses.if_contains(got.status);
    if (!response)
        response = &responses.at("default");
    auto const& content = response->at("content").as_object();
    INFO(got.status << " " << got.type);
    REQUIRE(content.contains(got.type));
    auto const& schema = content.at(got.type).at("schema").as_object();
    REQUIRE_FALSE(got.values.empty());
    for (auto const& value : got.values)
        CHECK(tests::schema_error(document(), schema, value) == "");
}

} // namespace

TEST_CASE("The file describes the calls that there are, and no other")
{
    std::size_t described = 0;
    for (auto const& path : document().at("paths").as_object())
        described += path.value().as_object().size();
    CHECK(described == procd::control::known_routes().size());
    for (auto const& route : procd::control::known_routes()) {
        std::string const path(route.pattern);
        INFO(route.method << " " << path);
        REQUIRE(document().at("paths").as_object().contains(path));
        auto const& call = operation(path, route.method);
        CHECK(parameters(call, "query") ==
              std::set<std::string>(route.query.begin(), route.query.end()));
        for (auto const& name : parameters(call, "path"))
            CHECK(path.find("{" + name + "}") != std::string::npos);
    }
}

TEST_CASE("What the server answers is what the file says")
{
    tests::serving s;
    s.on_server([&] {
        s.events().publish("exited", "web.1", "web.1 exited", {{"code", 3}});
        s.hub().system("hello");
        s.hub().system("\xff");
        return 0;
    });
    check_answer(s, "GET", "/v1/status", "/v1/status");
    check_answer(s, "GET", "/v1/processes", "/v1/processes?type=web");
    check_answer(s, "GET", "/v1/processes/{name}", "/v1/processes/web.1");
    check_answer(s, "GET", "/v1/types", "/v1/types");
    check_answer(s, "GET", "/v1/types/{type}", "/v1/types/web");
    check_answer(s, "GET", "/v1/formation", "/v1/formation");
    check_answer(s, "GET", "/v1/logs", "/v1/logs");
    check_answer(s, "GET", "/v1/logs", "/v1/logs?files=true");
    check_answer(s, "GET", "/v1/events", "/v1/events");
    check_answer(s, "GET", "/v1/wait", "/v1/wait?name=web");
    check_answer(s, "POST", "/v1/processes/{name}/signal", "/v1/processes/web.1/signal",
                 R"({"signal":"HUP"})");
    check_answer(s, "PATCH", "/v1/formation", "/v1/formation", R"({"web":3})");
    check_answer(s, "PATCH", "/v1/formation", "/v1/formation?wait=false", R"({"web":3})");
    check_answer(s, "DELETE", "/v1/processes/{name}", "/v1/processes/web.1");
    check_answer(s, "POST", "/v1/processes/{name}/stop", "/v1/processes/web/stop");
    check_answer(s, "GET", "/v1/releases", "/v1/releases");
    check_answer(s, "GET", "/v1/releases/{name}", "/v1/releases/v2");
    check_answer(s, "POST", "/v1/releases/{name}/rollback", "/v1/releases/v1/rollback");
    check_answer(s, "POST", "/v1/rollback", "/v1/rollback");
    check_answer(s, "POST", "/v1/reload", "/v1/reload");
    check_answer(s, "POST", "/v1/reload", "/v1/reload?dry_run=true");
    check_answer(s, "GET", "/v1/limits", "/v1/limits");
    check_answer(s, "PUT", "/v1/limits/{type}", "/v1/limits/web", R"({"memory":1048576})");
    check_answer(s, "PUT", "/v1/limits/{type}", "/v1/limits/web", R"({"memory":"lots"})");
    check_answer(s, "DELETE", "/v1/limits/{type}", "/v1/limits/web");
    check_answer(s, "GET", "/v1/healthchecks", "/v1/healthchecks");
    check_answer(s, "PUT", "/v1/healthchecks/{type}", "/v1/healthchecks/web",
                 R"({"readiness":{"http":"/","period":"1s"},"liveness":null})");
    check_answer(s, "PUT", "/v1/healthchecks/{type}", "/v1/healthchecks/web",
                 R"({"readiness":{"http":"x"}})");
    check_answer(s, "DELETE", "/v1/healthchecks/{type}", "/v1/healthchecks/web?kind=readiness");
    check_answer(s, "GET", "/v1/autoscale", "/v1/autoscale");
    check_answer(s, "PUT", "/v1/autoscale/{type}", "/v1/autoscale/web",
                 R"({"min":1,"max":8,"cpu_percent":75})");
    check_answer(s, "PUT", "/v1/autoscale/{type}", "/v1/autoscale/web",
                 R"({"min":1,"max":8,"concurrency":10,"cpu_percent":null})");
    check_answer(s, "PUT", "/v1/autoscale/{type}", "/v1/autoscale/web", R"({"min":"x"})");
    check_answer(s, "PUT", "/v1/autoscale/{type}", "/v1/autoscale/web", R"({"min":1,"max":8})");
    check_answer(s, "DELETE", "/v1/autoscale/{type}", "/v1/autoscale/web");
    check_answer(s, "GET", "/v1/autoscale/{type}/decisions", "/v1/autoscale/web/decisions");
    check_answer(s, "GET", "/v1/routing", "/v1/routing");
    check_answer(s, "GET", "/v1/routing/{type}", "/v1/routing/web");
    check_answer(s, "PATCH", "/v1/routing", "/v1/routing", R"({"web":{"paused":true}})");
    check_answer(s, "PATCH", "/v1/routing", "/v1/routing?wait=false", R"({"web":{"paused":true}})");
    check_answer(s, "PATCH", "/v1/routing", "/v1/routing", R"({"web":{"paused":1}})");
    check_answer(s, "POST", "/v1/restart", "/v1/restart?name=web");
    s.on_server([&] { return s.api.ready = false; });
    check_answer(s, "POST", "/v1/processes/{name}/start", "/v1/processes/web/start?wait=false");
    check_answer(s, "POST", "/v1/shutdown", "/v1/shutdown?wait=false");
}

TEST_CASE("What is refused is a problem as the file says")
{
    tests::serving s;
    check_answer(s, "GET", "/v1/processes/{name}", "/v1/processes/web.9");
    check_answer(s, "GET", "/v1/wait", "/v1/wait");
    check_answer(s, "POST", "/v1/processes/{name}/exec", "/v1/processes/web.1/exec",
                 R"({"command":["ls"]})");
    check_answer(s, "POST", "/v1/processes/{name}/exec", "/v1/processes/web.1/exec",
                 R"({"command":[]})");
    check_answer(s, "PATCH", "/v1/formation", "/v1/formation", R"(["worker-9"])");
    check_answer(s, "GET", "/v1/logs", "/v1/logs?lines=x");
}

TEST_CASE("A schema that does not fit is found out")
{
    auto const& process = document().at("components").at("schemas").at("Process").as_object();
    auto v = core::api::to_json(core::api::process_view{});
    v.as_object()["state"] = "up";
    CHECK(tests::schema_error(document(), process, v) == "");
    v.as_object()["state"] = "dozing";
    CHECK(tests::schema_error(document(), process, v).starts_with("$.state is none of"));
    v.as_object()["state"] = "up";
    v.as_object()["mood"] = "good";
    CHECK(tests::schema_error(document(), process, v) == "$.mood is not in the schema");
    v.as_object().erase("mood");
    v.as_object()["pid"] = "1";
    CHECK(tests::schema_error(document(), process, v).starts_with("$.pid is no"));
    v.as_object().erase("pid");
    CHECK(tests::schema_error(document(), process, v) == "$: pid is missing");
}

TEST_CASE("Every call has a name of its own for generated clients, and its refusals")
{
    CHECK(document().at("security").as_array().empty());
    std::set<std::string> names;
    for (auto const& [path, calls] : document().at("paths").as_object())
        for (auto const& [method, call] : calls.as_object()) {
            auto const* const answers = call.as_object().if_contains("responses");
            if (!answers)
                continue; // the parameters of the path
            INFO(std::string(method) << ' ' << std::string(path));
            CHECK(names.emplace(call.at("operationId").as_string()).second);
            CHECK(answers->as_object().contains("4XX"));
        }
    CHECK(names.size() > 30);
}
