// The autoscaler with processes that really use CPU, and with short delays.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <csignal>
#include <filesystem>

using namespace test;

namespace {

// Each process uses twice its request as long as there is a load.
auto const procfile = "web: exec " PUPPET " share 4\nother: exec sleep 60\n";
auto const quick = "[types.web]\ncpu = 0.02\ncount = 2\n"
                   "[autoscale]\ninterval = \"200ms\"\nwindow = \"400ms\"\n"
                   "scale_up_delay = \"600ms\"\nscale_down_delay = \"1s\"\n";

setting loaded(bool ordinary_user = false)
{
    return {.ordinary_user = ordinary_user, .files = {{"procd.toml", quick}, {"load", ""}}};
}

int wanted(app_under_test& app)
{
    return app.request("GET", "/v1/formation").json().at("web").to_number<int>();
}

boost::json::array decisions(app_under_test& app)
{
    return app.request("GET", "/v1/autoscale/web/decisions").json().as_array();
}

void set_rule(app_under_test& app)
{
    auto const set = app.ctl({"autoscale:set", "web", "--min=1", "--max=6", "--cpu-percent=50"});
    INFO(set.err << app.dump());
    REQUIRE(set.code == 0);
    CHECK(set.out.starts_with("Applying autoscale settings for process type web on "));
    CHECK(set.out.ends_with("... done\n"));
}

void goes_up_and_down(bool ordinary_user)
{
    app_under_test app(procfile, loaded(ordinary_user));
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"other.1", "up"}});
    set_rule(app);
    REQUIRE(eventually([&] { return wanted(app) == 6; }));
    std::filesystem::remove(app.file("load"));
    REQUIRE(eventually([&] { return wanted(app) == 1; }));
    app.expect_states({{"web.1", "up"}, {"other.1", "up"}});

    std::vector<std::pair<int, int>> steps;
    std::vector<std::string> when;
    for (auto const& d : decisions(app)) {
        if (d.at("from") == d.at("to"))
            continue;
        steps.emplace_back(d.at("from").to_number<int>(), d.at("to").to_number<int>());
        when.emplace_back(d.at("time").as_string());
    }
    INFO(app.ctl({"autoscale:explain", "web"}).out);
    // A step goes from 2 to at most 4, then to at most 6. The measured load decides how far.
    REQUIRE(steps.size() >= 3);
    CHECK(steps.front().first == 2);
    CHECK(steps.front().second <= 4);
    for (std::size_t i = 1; i < steps.size(); ++i)
        CHECK(steps[i].first == steps[i - 1].second);
    auto const text = app.ctl({"autoscale:explain", "web"}).out;
    CHECK(text.find("SucceededRescale    2 -> ") != std::string::npos);
    CHECK(text.find("CPU use is above the target; ") != std::string::npos);
    CHECK(text.find("BackoffBoth") != std::string::npos);
    CHECK(text.find("% of request (") != std::string::npos);
    app.expect("web scaled from 2 to ");
    CHECK(app.ctl({"events"}).out.find("by the autoscaler: CPU use is below the target") !=
          std::string::npos);
}

} // namespace

TEST_CASE("the count follows the load up, and down again", "[autoscale]")
{
    goes_up_and_down(false);
}

TEST_CASE("the count follows the load of an ordinary user's procd", "[autoscale]")
{
    if (::geteuid() != 0) {
        SKIPPED(
            "needs root to become somebody else; the case before this one was an ordinary user's");
        return;
    }
    goes_up_and_down(true);
}

TEST_CASE("bounds hold at once; 0 by hand stays; a rule is listed, warned about and taken away",
          "[autoscale]")
{
    app_under_test app("web: exec sleep 60\nworker: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    CHECK(app.ctl({"autoscale:list"}).out == "No autoscale rules found.\n");
    REQUIRE(app.ctl({"autoscale:set", "web", "--min=3", "--max=8", "--cpu-percent=75"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}, {"worker.1", "up"}});
    CHECK(app.ctl({"autoscale:list"}).out == "PTYPE    PERCENT    MIN    MAX\n"
                                             "web      75         3      8\n");
    auto const by_hand = app.ctl({"scale", "web=4"});
    CHECK(by_hand.code == 0);
    CHECK(by_hand.err.find("procctl: warning: web is autoscaled between 3 and 8") !=
          std::string::npos);
    REQUIRE(app.ctl({"scale", "web=0"}).code == 0);
    app.expect_states({{"worker.1", "up"}});
    auto const app_name = app.root().substr(app.root().rfind('/') + 1);
    CHECK(app.ctl({"autoscale:unset", "web"}).out ==
          "Removing autoscale for process type web on " + app_name + "... done\n");
    CHECK(app.ctl({"autoscale:unset", "web"}).code == 1);
    CHECK(wanted(app) == 0);
}

TEST_CASE("a rule that makes no sense changes nothing", "[autoscale]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const refused = [&](std::vector<std::string> words, int code, std::string const& why) {
        words.insert(words.begin(), "autoscale:set");
        auto const got = app.ctl(std::move(words));
        CHECK(got.code == code);
        CHECK(got.err == "procctl: " + why + "\n");
    };
    refused({"web", "--min=0", "--max=2", "--cpu-percent=50"}, 2, "min must be 1 or more");
    refused({"web", "--min=3", "--max=2", "--cpu-percent=50"}, 2,
            "max must not be smaller than min");
    refused({"web", "--min=1", "--max=2", "--cpu-percent=0"}, 2, "cpu-percent must be 1 or more");
    refused({"wbe", "--min=1", "--max=2", "--cpu-percent=5"}, 3,
            "no process type 'wbe' (did you mean 'web'?)");
    refused({"web", "--min=x", "--max=2", "--cpu-percent=5"}, 2,
            "--min: 'x' is not a number; e.g. 3");
    CHECK(app.ctl({"autoscale:set", "web", "--min=1"}).code == 2);
    CHECK(app.ctl({"autoscale:list"}).out == "No autoscale rules found.\n");
}

TEST_CASE("a rule survives a kill -9, and comes from procd.toml", "[autoscale]")
{
    app_under_test app("web: exec sleep 60\n",
                       {.options = {"serve"},
                        .files = {{"procd.toml", "[types.web]\nautoscale = { min = 2, max = 5, "
                                                 "cpu_percent = 60 }\n"}}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    REQUIRE(app.ctl({"autoscale:set", "web", "--min=3", "--max=4", "--cpu-percent=70"}).code == 0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    app.signal(SIGKILL);
    app.wait();
    app.start_again({.options = {"serve"}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    CHECK(app.ctl({"autoscale:list"}).out.find("web      70         3      4") !=
          std::string::npos);
}
