// No descendant of a process outlives its stop, or the death of procd: with a cgroup and, as an
// ordinary user, without one.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <unistd.h>

using namespace test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

namespace {

// Runs `body` once for each way of containment that this machine allows.
template <class Body>
void both_ways(Body body)
{
    if (::geteuid() != 0 || have_cgroup()) {
        INFO("as " << (::geteuid() == 0 ? "root, cgroup" : "an ordinary user"));
        body(setting{});
    }
    if (::geteuid() != 0) {
        SKIPPED("not root: containment by PROCD_ID is only tested as this user");
        return;
    }
    INFO("as nobody, PROCD_ID");
    setting how;
    how.ordinary_user = true;
    body(how);
}

} // namespace

TEST_CASE("status says which containment holds", "[containment]")
{
    both_ways([](setting how) {
        app_under_test app("web: exec sleep 60\n", how);
        app.expect_states({{"web.1", "up"}});
        auto const status = app.request("GET", "/v1/status").json().as_object();
        bool const cgroup = !how.ordinary_user && ::geteuid() == 0;
        if (how.ordinary_user)
            CHECK(status.at("containment") == "process id");
        else if (cgroup)
            CHECK(status.at("containment") == "cgroup");
    });
}

TEST_CASE("the stubborn and their hidden children are gone at the timeout, not before",
          "[containment]")
{
    both_ways([](setting how) {
        how.options = {"-t", "1"};
        app_under_test app("a: " PUPPET " ignore-term fork daemon ignore-term sleep\n"
                           "b: " PUPPET " ignore-term fork own-session ignore-term sleep\n"
                           "c: " PUPPET " ignore-term fork daemon close-output ignore-term sleep\n",
                           how);
        app.expect_states({{"a.1", "up"}, {"b.1", "up"}, {"c.1", "up"}});
        REQUIRE(eventually([&] { return app.processes().size() >= 6; }));
        auto const asked = clock_type::now();
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        auto const took = clock_type::now() - asked;
        CHECK(app.processes().empty());
        CHECK(took >= 1s);
        INFO(app.dump());
        CHECK(took < 10s); // at most 2 s later, on a machine that is not busy
        CHECK(app.output().find("SIGKILL to all of it") != std::string::npos);
        CHECK(app.output().find("behind") ==
              std::string::npos); // nothing was left behind: all got KILL
    });
}

TEST_CASE("what a process leaves behind is told, ended, and waited for", "[containment]")
{
    both_ways([](setting how) {
        app_under_test app("web: " PUPPET " daemon sleep\n", how);
        app.expect_states({{"web.1", "up"}});
        REQUIRE(eventually([&] { return app.processes().size() >= 2; }));
        auto const main = app.process("web.1").at("pid").to_number<int>();
        ::kill(main, SIGKILL);
        app.expect("left ");
        app.expect(" behind");
        REQUIRE(eventually([&] {
            auto const web = app.process("web.1");
            return web.at("state") == "up" && web.at("pid").to_number<int>() != main;
        }));
        CHECK(app.ctl({"shutdown"}).code == 0);
        CHECK(app.wait() == 0);
        CHECK(app.processes().empty());
    });
}

TEST_CASE("many that end together take everything with them", "[containment]")
{
    struct many {
        char const* what;
        std::string procfile, formation;
        std::map<std::string, int> mains; // by type
        std::size_t processes;
        std::string left;
    };
    auto const which = GENERATE(
        many{"the obedient", "plain: exec sleep 60\n", "plain=90", {{"plain", 90}}, 90, ""},
        many{"one whose child stays",
             "plain: exec sleep 60\n"
             "hides: " PUPPET " own-session ignore-term sleep\n"
             "other: exec sleep 60\n",
             "plain=45,hides=1,other=45",
             {{"plain", 45}, {"hides", 1}, {"other", 45}},
             92,
             "hides.1  | left 1 process behind"},
        many{"one that had left a child before",
             "plain: exec sleep 60\n"
             "leaves: " PUPPET " daemon ignore-term sleep\n",
             "plain=90,leaves=1",
             {{"plain", 90}, {"leaves", 1}},
             92,
             "leaves.1 | left 1 process behind"});
    both_ways([&](setting how) {
        INFO(which.what);
        how.options = {"-t", "1", "-m", which.formation};
        app_under_test app(which.procfile, how);
        REQUIRE(eventually([&] { return app.processes().size() == which.processes; }));
        std::map<std::string, std::string> up;
        for (auto const& [type, count] : which.mains)
            for (int n = 1; n <= count; ++n)
                up[type + "." + std::to_string(n)] = "up";
        app.expect_states(up);
        auto const detail = app.request("GET", "/v1/processes/plain.1").json().as_object();
        auto const asked = clock_type::now();
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        CHECK(app.processes().empty());
        if (!which.left.empty()) {
            CHECK(clock_type::now() - asked >= 1s);
            app.expect(which.left);
        }
        auto const told = [&] {
            std::size_t count = 0;
            auto const text = app.output();
            for (std::size_t at = 0; (at = text.find("terminated by SIGTERM", at)) != text.npos;
                 ++at)
                ++count;
            return count;
        };
        CHECK(eventually([&] { return told() == up.size(); }));
        auto const* const leaf = detail.if_contains("cgroup");
        CHECK((leaf != nullptr) == !how.ordinary_user);
        if (leaf != nullptr)
            CHECK(!std::filesystem::exists(
                std::filesystem::path(std::string(leaf->as_string())).parent_path()));
    });
}

TEST_CASE("a child without environment in a session of its own is found all the same",
          "[containment]")
{
    both_ways([](setting how) {
        how.options = {"-t", "1"};
        app_under_test app("web: " PUPPET " fork clear-env ignore-term sleep\n", how);
        app.expect_states({{"web.1", "up"}});
        app.expect("ready");
        app.signal(SIGTERM);
        CHECK(app.wait() == 0);
        CHECK(app.processes().empty());
    });
}

TEST_CASE("kill -9 of procd leaves nothing alive, and the next procd just starts", "[containment]")
{
    both_ways([](setting how) {
        app_under_test app("a: " PUPPET " ignore-term fork daemon ignore-term sleep\n"
                           "b: exec sleep 60\n",
                           how);
        app.expect_states({{"a.1", "up"}, {"b.1", "up"}});
        REQUIRE(eventually([&] { return app.processes().size() >= 3; }));
        app.signal(SIGKILL);
        app.wait();
        CHECK(eventually([&] { return app.processes().empty(); }));

        std::vector<std::string> again{PROCD, "-d",        app.root(), "-m",
                                       "b=1", "--exit-on", "any",      "b"};
        if (how.ordinary_user)
            again.insert(again.begin(),
                         {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
        run({"sh", "-c", "printf 'b: true\\n' > Procfile"}, app.root());
        auto const second = run(again, app.root());
        INFO(second.out << second.err);
        CHECK(second.code == 0);
        CHECK(second.err.find("socket") == std::string::npos);
        CHECK(second.out.find("started with pid") != std::string::npos);
    });
}

TEST_CASE("what had to be killed starts again and stays up", "[containment]")
{
    both_ways([](setting how) {
        how.options = {"-t", "0.2"};
        app_under_test app("web: " PUPPET " ignore-term sleep\n", how);
        app.expect_states({{"web.1", "up"}});
        auto const first = app.process("web.1").at("pid").to_number<int>();
        REQUIRE(app.ctl({"restart", "web.1"}).code == 0);
        app.expect("terminated by SIGKILL");
        auto const web = app.process("web.1");
        CHECK(web.at("state") == "up");
        CHECK(web.at("restarts") == 0);
        CHECK(web.at("pid").to_number<int>() != first);
    });
}

TEST_CASE("a thousand quick restarts leave descriptors and children where they were",
          "[containment]")
{
    app_under_test app(
        "web: exit 1\nquiet: exec sleep 60\n",
        {.options = {},
         .files = {{"procd.toml", "[types.web]\nbackoff = { first = \"0s\", initial = "
                                  "\"0s\", max = \"0s\" }\n"}},
         .read_output = true});
    auto const restarts = [&] { return app.process("web.1").at("restarts").to_number<long>(); };
    auto const descriptors = [&] {
        auto const said =
            run({"sh", "-c", "ls /proc/" + std::to_string(app.pid()) + "/fd | wc -l"}, "/").out;
        return std::stoi(said);
    };
    REQUIRE(eventually([&] { return restarts() > 100; }));
    app.ctl({"ps:stop", "web"});
    auto const before = descriptors();
    app.ctl({"ps:start", "web"});
    REQUIRE(eventually([&] { return restarts() > 1000; }));
    app.ctl({"ps:stop", "web"});
    app.expect_states({{"quiet.1", "up"}, {"web.1", "stopped"}});
    // The connection of the last procctl may still be open for a moment, in both counts.
    CHECK(eventually([&] { return descriptors() <= before; }));
    CHECK(app.processes().size() == 1);
}
