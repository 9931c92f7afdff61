#include "supervisor/app/choose_fronts.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <fstream>

using procd::app::occasion;
using procd::app::verb;
using strings = std::vector<std::string>;

namespace {

// An app with the types web, api and admin, whose ports begin at 5000.
procd::app::loaded app(std::string const& config = "", verb started_as = verb::up)
{
    procd::app::loaded seen;
    seen.files.procfile = {"Procfile", "web: a\napi: b\nadmin: c\n"};
    seen.files.config = {"procd.toml", config};
    seen.app.spec = procfile::merge(seen.files).spec;
    seen.app.name = "Shop";
    seen.app.started_as = started_as;
    return seen;
}

// The error of --listen with these values, or "".
std::string refusal(procd::app::application& to, strings const& values,
                    occasion when = occasion::start)
{
    procd::app::options given;
    given.listen = values;
    auto const done = choose_fronts(given, to, when);
    CHECK((done || done.error().usage));
    return done ? "" : done.error().message;
}
std::string refusal(strings const& values, verb started_as = verb::up)
{
    auto seen = app("", started_as);
    return refusal(seen.app, values);
}

std::string listen_of(procd::app::application const& in, std::string const& type)
{
    return to_string(in.spec.find(type)->settings.front.listen);
}

strings findings(procd::app::loaded& seen, occasion when = occasion::start)
{
    auto const checked = check_fronts(seen, when);
    if (!checked)
        return {checked.error().message};
    strings all;
    for (auto const& d : seen.diagnostics)
        all.push_back(std::to_string(d.line) + ' ' + std::string(to_string(d.level)) + ' ' +
                      d.message);
    return all;
}

} // namespace

TEST_CASE("An address of the command line is for web, or for the type before it", "[front]")
{
    auto seen = app("[types.web]\nlisten = \"80\"\n");
    CHECK(refusal(seen.app, {"8080", "api=[::1]:81", "api=unix:/a=b", "web=:8081"}) == "");
    CHECK(listen_of(seen.app, "web") == "127.0.0.1:8080, [::1]:8080, 0.0.0.0:8081, [::]:8081");
    CHECK(listen_of(seen.app, "api") == "[::1]:81, unix:/a=b");
    CHECK(listen_of(seen.app, "admin") == "");

    auto path = app();
    CHECK(refusal(path.app, {"unix:/a=b"}) == ""); // this '=' is a part of the path
    CHECK(listen_of(path.app, "web") == "unix:/a=b");
}

TEST_CASE("What shared sockets make idle is said, also where --listen gives the address", "[front]")
{
    std::string const keys = "[types.web]\nshare = \"listen_fds\"\nqueue = 1\n";
    auto without = app(keys);
    std::string const why =
        " of 'web' has no effect without listen, which gives the type its front "
        "port";
    CHECK(findings(without) == strings{"2 warning share" + why, "3 warning queue" + why});
    auto run = app(keys);
    CHECK(findings(run, occasion::one_off).empty());
    auto seen = app(keys);
    CHECK(refusal(seen.app, {"8080"}) == "");
    seen.app.spec.types.front().line = "cd x && a";
    CHECK(
        findings(seen) ==
        strings{"3 warning queue of 'web' has no effect: with share = \"listen_fds\" no router "
                "stands before the processes",
                "1 note the listening sockets of 'web' are for the pid of the shell that runs its "
                "command (LISTEN_PID); write exec before the program that is to get them"});
}

TEST_CASE("Settings for all types without effect are named where they stand", "[front]")
{
    auto const text = "[defaults]\nqueue = 3\n[front]\naccess_log = false\n";
    auto seen = app(text);
    CHECK(findings(seen) ==
          strings{"2 warning queue in [defaults] has no effect without listen, which no type has",
                  "3 warning [front] has no effect without listen, which no type has"});
    auto given = app(text);
    CHECK(refusal(given.app, {"8080"}) == "");
    CHECK(findings(given).empty());
}

TEST_CASE("A probe that asks PORT is named where the processes get the sockets", "[front]")
{
    auto seen = app("[types.web]\nshare = \"listen_fds\"\nreadiness = { http = \"/\" }\n");
    CHECK(refusal(seen.app, {"8080"}) == "");
    seen.app.spec.types.front().line = "exec a";
    auto const found = findings(seen);
    REQUIRE(found.size() == 1);
    CHECK(found.front().starts_with("3 warning readiness of 'web' asks PORT, but"));
}

TEST_CASE("A wrong --listen is refused, and the right one is said", "[front]")
{
    CHECK(refusal({"ap=80"}) == "--listen: no process type 'ap' (did you mean 'api'?)");
    CHECK(refusal({"web=unix:a"}) ==
          "--listen web=unix:a: the address must be unix: and an absolute path, such as "
          "\"unix:/run/shop/web.sock\"");
    CHECK(refusal({"80", "web=[::1]:80"}) == "--listen names [::1]:80 twice");
    auto seen = app();
    seen.app.spec.types.erase(seen.app.spec.types.begin());
    CHECK(refusal(seen.app, {"80"}) ==
          "--listen: there is no type 'web', for which an address alone is; name one: --listen "
          "api=80");
    CHECK(refusal(seen.app, {"80", "old=81", "api=82"}, occasion::reload) == "");
    CHECK(listen_of(seen.app, "api") == "127.0.0.1:82, [::1]:82");
}

TEST_CASE("In up, types on one address of the command line are told apart by their names",
          "[front]")
{
    auto const hosts = [](procd::app::loaded const& seen, std::string const& type) {
        return seen.app.spec.find(type)->settings.front.hosts;
    };
    auto all = app();
    CHECK(refusal(all.app, {"admin=80", "api=80", "web=80"}) == "");
    CHECK(hosts(all, "web").empty());
    CHECK(hosts(all, "api") == strings{"api.shop.localhost"});
    CHECK(hosts(all, "admin") == strings{"admin.shop.localhost"});

    auto without_web = app();
    CHECK(refusal(without_web.app, {"admin=80", "api=80", "web=81"}) == "");
    CHECK(hosts(without_web, "api").empty()); // the first of them gets all other hosts
    CHECK(hosts(without_web, "admin") == strings{"admin.shop.localhost"});

    auto own = app("[types.api]\nhosts = [\"api.example\"]\n");
    CHECK(refusal(own.app, {"api=80", "web=80"}) == "");
    CHECK(hosts(own, "api") == strings{"api.example"});

    CHECK(refusal({"api=80", "web=80"}, verb::serve) ==
          "--listen: 127.0.0.1:80 is the address of 'web' and of 'api'; give all of them but one "
          "hosts, or addresses of their own");
}

TEST_CASE("A front port inside the ports of its own type is an error, and in others' a warning",
          "[front]")
{
    auto const keys = [](std::string const& address) {
        return "[types.api]\nlisten = \"" + address + "\"\n";
    };
    std::string const rest = ", which the processes of 'api' get as PORT; choose another port, or "
                             "another base port (-p)";
    for (char const* port : {"5100", "5199"}) {
        auto own = app(keys(port));
        CHECK(findings(own) == strings{"2 error 127.0.0.1:" + std::string(port) +
                                       " is inside the ports 5100 to 5199" + rest});
    }
    auto wide = app(keys("0.0.0.0:5150"));
    CHECK(findings(wide).size() == 1);
    auto other = app(keys("5000"));
    CHECK(findings(other).size() == 1);
    CHECK(findings(other).front().starts_with("2 warning 127.0.0.1:5000 is inside the ports 5000"));
    for (char const* clear : {"4999", "5300", "unix:/s", "systemd:s"}) {
        auto seen = app(keys(clear));
        CHECK(findings(seen).empty());
    }
    auto given = app();
    REQUIRE(refusal(given.app, {"api=5100"}) == "");
    CHECK(findings(given) ==
          strings{"--listen: 127.0.0.1:5100 is inside the ports 5100 to 5199" + rest});
}

TEST_CASE("A base port is free of front ports only outside the types' own blocks", "[front]")
{
    auto const seen = app("[types.api]\nlisten = \"6150\"\n");
    CHECK(front_inside_block(seen.app, 6000));
    CHECK_FALSE(front_inside_block(seen.app, 5000));
    CHECK_FALSE(front_inside_block(seen.app, 6100)); // it is in web's block
}

TEST_CASE("A group and an error page of the router that are not there are named", "[front]")
{
    tests::temp_dir dir;
    auto seen = app("[front]\nsocket_group = \"no-such-group\"\nerror_page = \"503.html\"\n"
                    "[types.web]\nlisten = \"80\"\n");
    seen.app.root = dir.path();
    CHECK(findings(seen) ==
          strings{"2 error no group 'no-such-group' on this machine",
                  "3 warning " + dir.path() +
                      "/503.html cannot be read: No such file or directory; procd's own page is "
                      "sent"});
    std::ofstream(dir / "503.html") << "<p>later</p>";
    auto good = app("[front]\nsocket_group = \"0\"\nerror_page = \"503.html\"\n"
                    "[types.web]\nlisten = \"80\"\n");
    good.app.root = dir.path();
    CHECK(findings(good).empty());
}

TEST_CASE("A rule by requests needs a front port, from the file or from the command line",
          "[front]")
{
    auto const web = "[types.web]\nautoscale = { max = 4, concurrency = 10 }\n";
    auto alone = app(web);
    CHECK(findings(alone) ==
          strings{"2 error autoscale.concurrency: 'web' has no front port, which counts the "
                  "requests; give it listen, or set cpu_percent in place of concurrency"});
    auto run = app(web);
    CHECK(findings(run, occasion::one_off).empty());
    auto given = app(web);
    CHECK(refusal(given.app, {"8080"}) == "");
    CHECK(findings(given).empty());
    auto in_file = app(std::string(web) + "listen = \"80\"\n");
    CHECK(findings(in_file).empty());
    auto tcp = app(std::string(web) + "listen = \"80\"\nprotocol = \"tcp\"\n");
    CHECK(findings(tcp).empty()); // connections are counted
    auto by_cpu = app("[types.web]\nautoscale = { max = 4 }\n");
    CHECK(findings(by_cpu).empty());
    auto of_all = app("[defaults]\nautoscale = { max = 4, concurrency = 10, cpu_percent = 50 }\n"
                      "[types.web]\nlisten = \"80\"\n");
    auto const rest = " has no front port, which counts the requests; give it listen, or set "
                      "cpu_percent in place of concurrency";
    CHECK(findings(of_all) ==
          strings{std::string("2 error autoscale.concurrency: 'api'") + rest,
                  std::string("2 error autoscale.concurrency: 'admin'") + rest});
}

TEST_CASE("How long requests are held and drained depends on the verb", "[front]")
{
    using std::chrono::seconds;
    auto const silent = app("[types.api]\nhold = \"7s\"\ndrain = \"8s\"\n");
    auto const& web = silent.app.spec.find("web")->settings;
    auto const& api = silent.app.spec.find("api")->settings;
    CHECK(hold_of(silent.app, web) == seconds{30});
    CHECK(drain_of(silent.app, web) == seconds{1});
    auto const serving = app("", verb::serve);
    CHECK(hold_of(serving.app, web) == seconds{5});
    CHECK(drain_of(serving.app, web) == seconds{10});
    CHECK(hold_of(serving.app, api) == seconds{7});
    CHECK(drain_of(serving.app, api) == seconds{8});
}
