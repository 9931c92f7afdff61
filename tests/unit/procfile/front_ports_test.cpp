#include "procfile/front_ports.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using std::chrono::seconds;
using strings = std::vector<std::string>;

namespace {

parsed_app app(std::string const& config)
{
    app_files files;
    files.procfile = app_files::text{"Procfile", "web: a\napi: b\nadmin: c\n"};
    files.config = app_files::text{"procd.toml", config};
    return merge(files);
}

// Each finding with its place.
strings findings(std::string const& config)
{
    strings all;
    for (diagnostic const& d : app(config).diagnostics)
        all.push_back(std::to_string(d.line) + ':' + std::to_string(d.column) + ' ' + d.message);
    return all;
}

type_settings type(std::string const& keys)
{
    return app("[types.web]\n" + keys).spec.find("web")->settings;
}

} // namespace

TEST_CASE("types on one address are told apart by their hosts, and one of them gets the rest",
          "[front]")
{
    CHECK(findings("[types.web]\nlisten = \"80\"\n[types.api]\nlisten = \"81\"\n").empty());
    CHECK(findings("[types.web]\nlisten = \"80\"\n"
                   "[types.api]\nlisten = \"80\"\nhosts = [\"api.example\"]\n"
                   "[types.admin]\nlisten = \"80\"\nhosts = [\"admin.example\"]\n")
              .empty());
    CHECK(findings("[types.web]\nlisten = \"80\"\n[types.api]\nlisten = \"80\"\n") ==
          strings{"4:10 127.0.0.1:80 is the address of 'web' (line 2) and of 'api' (line 4); give "
                  "all of them but one hosts, or addresses of their own"});
    // Written in other words, the address is the same.
    CHECK(
        findings("[types.web]\nlisten = \"80\"\n[types.api]\nlisten = \"[0:0::1]:80\"\n") ==
        strings{"4:10 [::1]:80 is the address of 'web' (line 2) and of 'api' (line 4); give all of "
                "them but one hosts, or addresses of their own"});
    CHECK(
        findings("[types.web]\nlisten = \"80\"\nhosts = [\"a\", \"b\"]\n"
                 "[types.api]\nlisten = \"80\"\nhosts = [\"B\"]\n") ==
        strings{"6:9 127.0.0.1:80 is the address of 'web' (line 2) and of 'api' (line 5), and both "
                "have the host \"b\""});
    CHECK(findings("[defaults]\nlisten = \"unix:/s\"\n[types.api]\nhosts = [\"api\"]\n") ==
          strings{"2:10 unix:/s is the address of 'web' (line 2) and of 'admin' (line 2); give all "
                  "of them but one hosts, or addresses of their own"});
}

TEST_CASE("an address that every other takes a port of is written in both types", "[front]")
{
    CHECK(
        findings("[types.web]\nlisten = \":80\"\n"
                 "[types.api]\nlisten = \"10.0.0.1:80\"\nhosts = [\"api\"]\n") ==
        strings{"4:10 0.0.0.0:80 of 'web' (line 2) and 10.0.0.1:80 of 'api' (line 4) take the port "
                "from each other; write the same address in both"});
}

TEST_CASE("without HTTP nobody names a host", "[front]")
{
    CHECK(findings("[types.web]\nlisten = \"80\"\n"
                   "[types.api]\nlisten = \"80\"\nhosts = [\"api\"]\nshare = \"listen_fds\"\n") ==
          strings{"4:10 127.0.0.1:80 is the address of 'web' (line 2) and of 'api' (line 4); with "
                  "share = \"listen_fds\" a type needs an address of its own"});
    CHECK(findings("[types.web]\nlisten = \"80\"\nprotocol = \"tcp\"\n"
                   "[types.api]\nlisten = \"80\"\nhosts = [\"api\"]\n") ==
          strings{"5:10 127.0.0.1:80 is the address of 'web' (line 2) and of 'api' (line 5); with "
                  "protocol = \"tcp\" a type needs an address of its own"});
    CHECK(findings("[types.web]\nlisten = \"80\"\nprotocol = \"tcp\"\nhosts = [\"x\"]\n") ==
          strings{
              "4:9 hosts of 'web' need protocol = \"http\": without HTTP no client names a host"});
}

TEST_CASE("the command line's addresses replace those of the files", "[front]")
{
    app_spec spec = app("[types.web]\nlisten = \"80\"\nhosts = [\"x\"]\n").spec;
    given_fronts given;
    given["web"] = {*parse_listen_address("[::1]:81"), {"y"}};
    given["api"] = {*parse_listen_address("[::1]:81"), {"api"}};
    given["gone"] = {*parse_listen_address("82"), {}};
    set_fronts(spec, given);
    CHECK(to_string(spec.find("web")->settings.front.listen) == "[::1]:81");
    CHECK(spec.find("web")->settings.front.hosts == strings{"x"});
    CHECK(spec.find("api")->settings.front.hosts == strings{"api"});
    CHECK(spec.find("admin")->settings.front.listen.empty());
    CHECK(front_problems(spec).empty());
}

TEST_CASE("a problem names no line of an address that is not from the file", "[front]")
{
    app_spec spec = app("").spec;
    given_fronts given;
    given["web"] = given["api"] = {*parse_listen_address("unix:/s"), {}};
    set_fronts(spec, given);
    REQUIRE(front_problems(spec).size() == 1);
    CHECK(front_problems(spec).front() ==
          front_problem{"api", "listen",
                        "unix:/s is the address of 'web' and of 'api'; give all of them but one "
                        "hosts, or addresses of their own"});
}

TEST_CASE("a setting for the router alone is idle where processes get the sockets", "[front]")
{
    auto const idle = [](std::string const& config) {
        strings all;
        for (auto const& p : idle_settings(app(config).spec))
            all.push_back(p.type + ' ' + p.key);
        return all;
    };
    std::string const keys = "protocol = \"tcp\"\nconcurrency = 1\nqueue = 1\n"
                             "queue_timeout = \"1s\"\nhold = \"1s\"\ndrain = \"1s\"\n";
    std::string const passed = "listen = \"80\"\nshare = \"listen_fds\"\n";
    CHECK(idle("[types.web]\n" + passed + keys) == strings{"web protocol", "web concurrency",
                                                           "web queue", "web queue_timeout",
                                                           "web hold", "web drain"});
    CHECK(idle("[types.web]\n" + passed + "hosts = [\"x\"]\n") == strings{"web hosts"});
    CHECK(idle("[types.web]\n" + passed).empty());
    CHECK(idle("[types.web]\nlisten = \"80\"\n" + keys).empty());
    CHECK(idle("[defaults]\n" + keys + "[types.web]\n" + passed).empty()); // meant for others
    auto const spec = app("[types.web]\n" + passed + "queue = 1\nhosts = [\"x\"]\n").spec;
    auto const found = idle_settings(spec);
    REQUIRE(found.size() == 2);
    CHECK(found[0].message == "queue of 'web' has no effect: with share = \"listen_fds\" no router "
                              "stands before the processes");
    CHECK(found[1].message == "hosts of 'web' is for procd export alone: with share = "
                              "\"listen_fds\" no router stands before the processes");
}

TEST_CASE("a setting of the front port is idle without listen", "[front]")
{
    auto const idle = [](std::string const& config, given_fronts const& given = {}) {
        auto spec = app(config).spec;
        set_fronts(spec, given);
        strings all;
        for (auto const& p : idle_settings(spec))
            all.push_back(p.type + ' ' + p.key);
        return all;
    };
    std::string const all_keys =
        "protocol = \"http\"\nshare = \"listen_fds\"\nconcurrency = 3\nqueue = 3\n"
        "queue_timeout = \"1s\"\nhold = \"1s\"\ndrain = \"1s\"\nhosts = [\"a\"]\n";
    CHECK(idle("[types.web]\n" + all_keys) ==
          strings{"web share", "web protocol", "web concurrency", "web queue", "web queue_timeout",
                  "web hold", "web drain", "web hosts"});
    std::string const web = "[types.web]\nqueue = 3\nhosts = [\"a\"]\n";
    given_fronts given;
    given["web"] = {*parse_listen_address("8080"), {}};
    CHECK(idle(web, given).empty());
    given_fronts other;
    other["api"] = {*parse_listen_address("8080"), {}};
    CHECK(idle(web, other) == strings{"web queue", "web hosts"});
    // The types that listen take the keys of [defaults].
    CHECK(idle("[defaults]\nqueue = 3\n", other).empty());
    CHECK(idle("[defaults]\nqueue = 3\n") == strings{" queue"});
    CHECK(idle("").empty());
    auto const message = [](std::string const& config) {
        return idle_settings(app(config).spec).at(0).message;
    };
    CHECK(message("[types.web]\nqueue = 3\n") ==
          "queue of 'web' has no effect without listen, which gives the type its front port");
    CHECK(message("[defaults]\nqueue = 3\n") ==
          "queue in [defaults] has no effect without listen, which no type has");
}

TEST_CASE("the release phase has no front port", "[front]")
{
    app_files files;
    files.procfile = app_files::text{"Procfile", "web: a\nrelease: b\n"};
    files.config = app_files::text{"procd.toml", "[types.web]\nlisten = \"80\"\n"
                                                 "[types.release]\nlisten = \"81\"\nqueue = 1\n"};
    auto const found = idle_settings(merge(files).spec);
    REQUIRE(found.size() == 2);
    CHECK(found[0] ==
          front_problem{"release", "listen",
                        "listen of 'release' has no effect: the release phase has no front port"});
    CHECK(found[1].key == "queue");
}

TEST_CASE("a probe of PORT is misplaced where processes get the sockets", "[front]")
{
    auto const misplaced = [](std::string const& keys) {
        strings all;
        for (auto const& p : misplaced_probes(app(keys).spec))
            all.push_back(p.type + ' ' + p.key);
        return all;
    };
    std::string const passed = "[types.web]\nlisten = \"80\"\nshare = \"listen_fds\"\n";
    CHECK(misplaced(passed + "readiness = { http = \"/\" }\nliveness = { tcp = true }\n"
                             "startup = { tcp = true, host = \"::1\" }\n") ==
          strings{"web readiness", "web liveness", "web startup"});
    CHECK(misplaced("[defaults]\nreadiness = { http = \"/\" }\n" + passed) ==
          strings{"web readiness"}); // not that of the others
    CHECK(misplaced(passed).empty());
    CHECK(misplaced(passed + "readiness = { exec = \"true\" }\n").empty());
    CHECK(misplaced(passed + "readiness = { http = \"/\", port = 80 }\n").empty());
    CHECK(misplaced("[types.web]\nlisten = \"80\"\nreadiness = { http = \"/\" }\n").empty());
    CHECK(misplaced("[types.web]\nshare = \"listen_fds\"\nreadiness = { tcp = true }\n").empty());
    CHECK(misplaced_probes(app(passed + "readiness = { tcp = true }\n").spec).at(0).message ==
          "readiness of 'web' asks PORT, but with share = \"listen_fds\" the processes accept on "
          "the sockets of listen; make it an exec probe, give it a port of its own, or leave it "
          "out");
}

TEST_CASE("a line without exec leaves the sockets to a shell", "[front]")
{
    auto const shell = [](std::string const& line, std::string const& share = "listen_fds") {
        type_spec one =
            *app("[types.web]\nlisten = \"80\"\nshare = \"" + share + "\"\n").spec.find("web");
        one.line = line;
        return shell_gets_sockets(one);
    };
    for (auto const* const line : {"exec a", "exec\ta", "cd x && exec a", "A=1 exec a", "a;exec b",
                                   "if a; then exec b; fi", "(exec a)", "executable; exec a"})
        CHECK_FALSE(shell(line));
    for (auto const* const line : {"cd x && a", "A=1 a", "a; b", "executable a", "a-exec", "a | b",
                                   "", "exec-a", "execexec"})
        CHECK(shell(line));
    CHECK_FALSE(shell("a; b", "proxy"));
}

TEST_CASE("the router counts the requests of the types before which it stands", "[front]")
{
    auto const why = [](std::string const& keys) {
        return uncounted(*app("[types.web]\n" + keys).spec.find("web"));
    };
    CHECK(why("listen = \"80\"") == "");
    CHECK(why("listen = \"80\"\nprotocol = \"tcp\"") == "");
    CHECK(why("") == "'web' has no front port, which counts the requests; give it listen");
    CHECK(why("share = \"listen_fds\"") == why(""));
    CHECK(why("listen = \"80\"\nshare = \"listen_fds\"") ==
          "with share = \"listen_fds\" nobody counts the requests of 'web'; set share = \"proxy\"");
}

TEST_CASE("a type behind the router that declares no probe is asked on its port", "[front]")
{
    auto const usual = readiness_of(type("listen = \"80\""));
    REQUIRE(usual);
    CHECK(usual->action == probe_action::tcp);
    CHECK(usual->period == seconds{1});
    CHECK(usual->port == std::nullopt);
    CHECK_FALSE(readiness_of(type("")));
    CHECK_FALSE(readiness_of(type("listen = \"80\"\nshare = \"listen_fds\"")));
    CHECK_FALSE(readiness_of(type("listen = \"80\"\nliveness = { tcp = true }")));
    CHECK_FALSE(readiness_of(type("listen = \"80\"\nstartup = { tcp = true }")));
    auto const own = readiness_of(type("listen = \"80\"\nreadiness = { http = \"/up\" }"));
    REQUIRE(own);
    CHECK(own->path == "/up");
    CHECK(readiness_of(type("readiness = { tcp = true }")));
}
