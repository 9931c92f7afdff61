// The autoscaler by requests in flight, with the real router and requests that wait.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/http_client.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <memory>
#include <vector>

using namespace test;

namespace {

auto const probe = "readiness = { tcp = true, period = \"50ms\" }\n";
auto const quick = "[autoscale]\ninterval = \"100ms\"\nwindow = \"200ms\"\n"
                   "scale_up_delay = \"300ms\"\nscale_down_delay = \"300ms\"\n";

// An app with a `web` behind a front port.
class fronted_app {
public:
    explicit fronted_app(std::string const& keys = "", std::vector<std::string> options = {"serve"})
        : base_(free_ports()), app_("web: exec " PUPPET " web\nworker: exec sleep 60\n",
                                    setting_of(keys, std::move(options)))
    {
        INFO(app_.dump());
        REQUIRE(eventually([this] { return get_once(port(), "/").status == 200; }));
    }

    app_under_test* operator->() { return &app_; }
    int port() const { return base_ + 300; }
    int wanted() { return app_.request("GET", "/v1/formation").json().at("web").to_number<int>(); }
    boost::json::array decisions()
    {
        return app_.request("GET", "/v1/autoscale/web/decisions").json().as_array();
    }
    std::string explained() { return app_.ctl({"autoscale:explain", "web"}).out; }
    setting setting_of(std::string const& keys, std::vector<std::string> options) const
    {
        options.insert(options.end(), {"-p", std::to_string(base_)});
        return {
            .options = std::move(options),
            .files = {{"procd.toml", "[types.web]\nlisten = \"127.0.0.1:" + std::to_string(port()) +
                                         "\"\n" + probe + keys + '\n' + quick}}};
    }

private:
    int base_;
    app_under_test app_;
};

// Requests that are in flight until there is a file `go`.
class waiting_requests {
public:
    waiting_requests(int port, int count)
    {
        for (int i = 0; i < count; ++i) {
            clients_.push_back(std::make_unique<http_client>(port));
            REQUIRE(clients_.back()->send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
    }
    // How many of them were answered well.
    int answered()
    {
        int good = 0;
        for (auto& each : clients_)
            good += each->read_answer().status == 200;
        return good;
    }

private:
    std::vector<std::unique_ptr<http_client>> clients_;
};

} // namespace

TEST_CASE("the count follows the requests in flight up, and down again without losing one",
          "[autoscale][front]")
{
    fronted_app app;
    auto const set = app->ctl({"autoscale:set", "web", "--min=1", "--max=4", "--concurrency=2"});
    INFO(set.err << app->dump());
    REQUIRE(set.code == 0);
    waiting_requests requests(app.port(), 6);
    REQUIRE(eventually([&] { return app.wanted() == 3; }));
    app->expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    app->write("go", "");
    CHECK(requests.answered() == 6);
    REQUIRE(eventually([&] { return app.wanted() == 1; }));
    CHECK(get_once(app.port(), "/").status == 200);

    auto const text = app.explained();
    INFO(text);
    CHECK(has(text, " -> 3: the requests in flight are above the target; "));
    CHECK(has(text, " -> 1: the requests in flight are below the target; "));
    CHECK(has(text, ", target 2 each: 3"));
    CHECK(has(app->ctl({"events", "--json"}).out, "\"metric\":\"concurrency\""));
    app->expect(" to 3 by the autoscaler: the requests in flight are above"); // in one step or two
    auto const list = app->ctl({"autoscale:list"}).out;
    CHECK(list == "PTYPE    PERCENT    CONCURRENCY    MIN    MAX\n"
                  "web      -          2              1      4\n");
    CHECK(has(app->ctl({"pts:describe", "web"}).out, "1 to 4 at 2 requests per process\n"));
}

TEST_CASE("of CPU use and requests the larger answer counts, and explain says which it was",
          "[autoscale][front]")
{
    // The processes use next to nothing of the core that they request.
    fronted_app app("autoscale = { min = 1, max = 3, cpu_percent = 50, concurrency = 2 }\n"
                    "count = 3");
    waiting_requests requests(app.port(), 4);
    REQUIRE(eventually([&] { return app.wanted() == 2; }));
    REQUIRE(eventually([&] {
        auto const last = app.decisions().back().as_object();
        return last.at("decided_by") == "concurrency" &&
               last.at("cpu_count").to_number<int>() < 2 && last.at("concurrency_count") == 2;
    }));
    auto const text = app.explained();
    INFO(text);
    CHECK(has(text, "% of request ("));
    CHECK(has(text, "; decided by concurrency"));
    CHECK(app->ctl({"autoscale:list"}).out == "PTYPE    PERCENT    CONCURRENCY    MIN    MAX\n"
                                              "web      50         2              1      3\n");
    app->write("go", "");
    CHECK(requests.answered() == 4);
    REQUIRE(eventually([&] { return app.wanted() == 1; }));
}

TEST_CASE("a router that dies takes no process with it", "[autoscale][front]")
{
    fronted_app app("count = 3");
    REQUIRE(app->ctl({"autoscale:set", "web", "--min=1", "--max=4", "--concurrency=2"}).code == 0);
    auto requests = std::make_unique<waiting_requests>(app.port(), 6);
    REQUIRE(eventually([&] {
        auto const all = app.decisions();
        return !all.empty() && all.back().at("decided_by") == "concurrency" &&
               all.back().at("to") == 3;
    }));
    auto const router = [&] {
        auto const text = app->output();
        auto const at = text.rfind("router | started with pid ");
        return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + 26);
    };
    auto const first = router();
    REQUIRE(first > 0);
    ::kill(first, SIGKILL);
    REQUIRE(eventually([&] { return router() != first; }));
    // Its successor has no requests, and its sums begin anew: no load is less than none.
    REQUIRE(eventually([&] { return app.wanted() == 1; }));
    for (auto const& d : app.decisions()) {
        auto const& requests_seen = d.at("requests");
        CHECK((requests_seen.is_null() || requests_seen.to_number<double>() <= 6.5));
    }
    app->write("go", "");
    CHECK(get_once(app.port(), "/").status == 200);
}

TEST_CASE("a rule by requests of a type that has no front port is refused", "[autoscale][front]")
{
    fronted_app app;
    auto const refused =
        app->ctl({"autoscale:set", "worker", "--min=1", "--max=2", "--concurrency=10"});
    CHECK(refused.code == 2);
    CHECK(refused.err == "procctl: concurrency: 'worker' has no front port, which counts the "
                         "requests; give it listen in procd.toml, or give cpu-percent in place of "
                         "concurrency\n");
    CHECK(app->request("PUT", "/v1/autoscale/worker", R"({"min":1,"max":2,"concurrency":10})")
              .status == 422);
    CHECK(app->request("PUT", "/v1/autoscale/web", R"({"min":1,"max":2})").status == 400);
    CHECK(app->request("PUT", "/v1/autoscale/web", R"({"min":1,"max":2,"rps":2,"concurrency":1})")
              .status == 400);
    auto const neither = app->ctl({"autoscale:set", "web", "--min=1", "--max=2"});
    CHECK(neither.code == 2);
    CHECK(neither.err == "procctl: --cpu-percent is missing; procctl autoscale:set TYPE --min=N "
                         "--max=N --cpu-percent=N, or --concurrency=N\n");
    CHECK(app->ctl({"autoscale:list"}).out == "No autoscale rules found.\n");

    // In a file it is an error at its place, and a reload changes nothing.
    app->write("procd.toml", read_file(app->file("procd.toml")) +
                                 "[types.worker]\nautoscale = { max = 2, concurrency = 10 }\n");
    auto const reload = app->ctl({"reload"});
    INFO(reload.err);
    CHECK(reload.code == 1);
    CHECK(has(reload.err, "procd.toml:11:38: error: autoscale.concurrency: 'worker' has no front "
                          "port, which counts the requests; give it listen, or set cpu_percent in "
                          "place of concurrency"));
}

TEST_CASE("a rule by requests survives a kill -9, and one comes with a reload",
          "[autoscale][front]")
{
    fronted_app app("autoscale = { min = 2, max = 5, concurrency = 4 }");
    app->expect_states({{"web.1", "up"}, {"web.2", "up"}});
    REQUIRE(app->ctl({"autoscale:set", "web", "--min=3", "--max=4", "--concurrency=7",
                      "--cpu-percent=70"})
                .code == 0);
    app->expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    app->signal(SIGKILL);
    app->wait();
    app->start_again({.options = {"serve", "-p", std::to_string(app.port() - 300)}});
    app->expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    CHECK(has(app->ctl({"autoscale:list"}).out, "web      70         7              3      4\n"));

    auto const files =
        app.setting_of("autoscale = { min = 1, max = 2, concurrency = 9 }", {}).files;
    app->write("procd.toml", files.at("procd.toml"));
    auto const reload = app->ctl({"reload"});
    INFO(reload.out << reload.err);
    CHECK(reload.code == 0);
    CHECK(has(reload.out, "web: autoscale"));
    CHECK(has(app->ctl({"autoscale:list"}).out, "web      -          9              1      2\n"));
}
