// Limits and probes set by command: each change is a release.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>

using namespace test;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";

setting serving(std::string const& config = "")
{
    return {.options = {"serve", "-m", "web=2,worker=1"},
            .files = {{"procd.toml", quick + config}, {".env", "SECRET=x\n"}}};
}

auto const procfile = "web: exec sleep 60\nworker: exec sleep 60\n";

std::string release_of(app_under_test& app, std::string const& name)
{
    return std::string(app.process(name).at("release").as_string());
}

} // namespace

TEST_CASE("probes are set, listed and taken away; each makes a release of that type", "[settings]")
{
    app_under_test app(procfile, serving());
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    CHECK(app.ctl({"healthchecks:list"}).out == "No healthchecks found.\n");
    auto const set = app.ctl({"healthchecks:set", "web", "readiness", "--exec", "true", "--period",
                              "50ms", "--failure", "2"});
    INFO(set.out << set.err << app.dump());
    CHECK(set.code == 0);
    CHECK(set.out.starts_with("Applying healthchecks for process type web on "));
    CHECK(release_of(app, "web.1") == "v2");
    CHECK(release_of(app, "worker.1") == "v1");
    CHECK(app.ctl({"healthchecks:list"}).out ==
          "PTYPE    KIND         PROBE\n"
          "web      readiness    exec [/bin/sh -c true] delay=0s timeout=1s period=50ms #success=1 "
          "#failure=2\n");
    auto const described = app.ctl({"pts:describe", "web"}).out;
    CHECK(described.find("exec [/bin/sh -c true] delay=0s") != std::string::npos);
    CHECK(described.find(" SECRET\n") != std::string::npos);
    // The setting survives procd, and a reload of files that do not mention it.
    app.write("Procfile", "web: exec sleep 61\nworker: exec sleep 60\n");
    REQUIRE(app.ctl({"reload"}).code == 0);
    app.signal(SIGKILL);
    app.wait();
    app.start_again({.options = {"serve", "-m", "web=2,worker=1"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    CHECK(app.ctl({"healthchecks:list"}).out.find("web      readiness") != std::string::npos);
    CHECK(app.ctl({"healthchecks:unset", "web", "readiness"}).code == 0);
    CHECK(app.ctl({"healthchecks:list"}).out == "No healthchecks found.\n");
    CHECK(app.ctl({"releases"}).out.find("healthchecks:unset web") != std::string::npos);
}

TEST_CASE("a probe that makes no sense changes nothing", "[settings]")
{
    app_under_test app(procfile, serving());
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    auto const refused = [&](std::vector<std::string> words, int code, std::string const& why) {
        words.insert(words.begin(), "healthchecks:set");
        auto const got = app.ctl(std::move(words));
        INFO(got.err);
        CHECK(got.code == code);
        CHECK(got.err.find(why) != std::string::npos);
    };
    refused({"web", "readiness"}, 2, "readiness: needs one of http, tcp and exec");
    refused({"web", "readiness", "--http", "x"}, 2, "must be a path such as \"/healthz\"");
    refused({"web", "liveness", "--tcp", "--success", "2"}, 2, "success must be 1");
    refused({"web", "readiness", "--tcp", "--period", "soon"}, 2, "period");
    refused({"web", "aliveness", "--tcp"}, 2, "'aliveness' is no probe");
    refused({"wbe", "readiness", "--tcp"}, 3, "did you mean 'web'?");
    CHECK(app.ctl({"releases"}).out.find("v2") == std::string::npos);
}

TEST_CASE("limits are set, listed and taken away, and it is said when they are not enforced",
          "[settings]")
{
    app_under_test app(procfile, serving());
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    auto const set = app.ctl({"limits:set", "web", "--cpu", "0.25/0.5", "--memory", "64M"});
    INFO(set.out << set.err << app.dump());
    CHECK(set.code == 0);
    CHECK(release_of(app, "web.2") == "v2");
    auto const list = app.request("GET", "/v1/limits").json().as_array();
    auto const& web = list.at(0).as_object();
    CHECK(web.at("cpu_request") == 0.25);
    CHECK(web.at("cpu_limit") == 0.5);
    CHECK(web.at("memory") == 64 << 20);
    auto const text = app.ctl({"limits:list"}).out;
    CHECK(text.find("web       0.25       0.5    64Mi") != std::string::npos);
    if (!web.at("enforced").as_bool()) {
        app.expect("warning: its limits are not enforced: ");
        CHECK(text.find("no: ") != std::string::npos);
    }
    CHECK(has(set.err, "warning: the limits of web are not enforced: ") !=
          web.at("enforced").as_bool());
    CHECK(app.ctl({"limits:set", "web", "--memory", "lots"}).code == 2);
    auto const bytes = app.ctl({"limits:set", "web", "--memory", "100"});
    CHECK(bytes.code == 2);
    CHECK(has(bytes.err, "'100' is 100 bytes, and no process starts with less than 1M"));
    CHECK(app.request("PUT", "/v1/limits/web", R"({"memory":100})").status == 400);
    CHECK(app.ctl({"limits:set", "web", "--cpu", "much"}).code == 2);
    CHECK(app.ctl({"limits:set", "web"}).code == 2);
    CHECK(app.ctl({"limits:set", "web", "--memory", "32M"}).code == 0); // the CPU stays
    CHECK(app.ctl({"pts:describe", "web"}).out.find("cpu 0.5, memory 32Mi") != std::string::npos);
    CHECK(app.ctl({"limits:unset", "web"}).code == 0);
    CHECK(app.request("GET", "/v1/types/web").json().at("limits").at("memory").is_null());
}

TEST_CASE("of the file's and the command's setting the last change wins", "[settings]")
{
    app_under_test app(procfile, serving("[types.web]\ncpu = 0.5\n"));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    auto const request = [&] {
        return app.request("GET", "/v1/types/web").json().at("limits").at("cpu_request");
    };
    REQUIRE(app.ctl({"limits:set", "web", "--cpu", "0.75"}).code == 0);
    CHECK(request() == 0.75);
    app.write("procd.toml", std::string(quick) + "[types.web]\ncpu = 0.5\nmax_restarts = 9\n");
    REQUIRE(app.ctl({"reload"}).code == 0);
    CHECK(request() == 0.75);
    app.write("procd.toml", std::string(quick) + "[types.web]\ncpu = 0.6\nmax_restarts = 9\n");
    REQUIRE(app.ctl({"reload"}).code == 0);
    CHECK(request() == 0.6);
}
