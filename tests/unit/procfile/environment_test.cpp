#include "procfile/environment.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>

using namespace procfile;
using strings = std::vector<std::string>;

namespace {

process_facts no_facts()
{
    process_facts facts;
    facts.release.clear();
    return facts;
}

} // namespace

TEST_CASE("a process gets procd's own variables", "[environment]")
{
    process_facts facts;
    facts.app = "shop";
    facts.type = "web";
    facts.instance = 2;
    facts.port = 5001;
    facts.release = "v3";
    facts.socket = "/srv/shop/.procd/procd.sock";
    facts.id = "0123abcd";
    facts.first_ports = {{"web", 5000}, {"my-worker", 5100}};
    CHECK(environment({}, {}, precedence::env_files, {}, facts) ==
          strings{"PORT=5001", "PROCD_APP=shop", "PROCD_ID=0123abcd", "PROCD_INSTANCE=2",
                  "PROCD_PORT_MY_WORKER=5100", "PROCD_PORT_WEB=5000", "PROCD_RELEASE=v3",
                  "PROCD_SOCKET=/srv/shop/.procd/procd.sock", "PROCD_TYPE=web", "PS=web.2"});
}

TEST_CASE("a process that runs as a user gets this user's variables", "[environment]")
{
    process_facts facts = no_facts();
    facts.user = "www";
    facts.home = "/var/www";
    facts.shell = "/bin/sh";
    variables const root{
        {"HOME", "/root"}, {"USER", "root"}, {"LOGNAME", "root"}, {"PATH", "/bin"}};
    CHECK(environment(root, {}, precedence::env_files, {}, facts) ==
          strings{"HOME=/var/www", "LOGNAME=www", "PATH=/bin", "SHELL=/bin/sh", "USER=www"});
    facts.home.clear();
    CHECK(environment(root, {}, precedence::env_files, {}, facts) ==
          strings{"HOME=/root", "LOGNAME=www", "PATH=/bin", "SHELL=/bin/sh", "USER=www"});
}

TEST_CASE("what is not known gives no variable", "[environment]")
{
    CHECK(environment({{"PORT", "7"}}, {}, precedence::env_files, {}, no_facts()) ==
          strings{"PORT=7"});
}

TEST_CASE("each source wins over those before it", "[environment]")
{
    // For every set of sources that set A, the last source gives its value.
    for (unsigned sources = 1; sources < 16; ++sources) {
        for (bool const files_win : {true, false}) {
            variables own, type_env;
            std::vector<assignment> files;
            if (sources & 1)
                own["A"] = "own";
            if (sources & 2)
                files.push_back({"A", "first file", 1});
            if (sources & 4)
                files.push_back({"A", "second file", 1});
            if (sources & 8)
                type_env["A"] = "type";
            std::string expected = "type";
            if (!(sources & 8) && (sources & 1) && !files_win)
                expected = "own";
            else if (!(sources & 8))
                expected = sources & 4 ? "second file" : sources & 2 ? "first file" : "own";
            CHECK(environment(own, files,
                              files_win ? precedence::env_files : precedence::own_environment,
                              type_env, no_facts()) == strings{"A=" + expected});
        }
    }
}

TEST_CASE("procd's variables win over every source", "[environment]")
{
    process_facts facts;
    facts.type = "web";
    facts.port = 5000;
    facts.id = "new";
    variables const other{{"PORT", "1"}, {"PS", "x"}, {"PROCD_ID", "old"}};
    std::vector<assignment> const files{{"PORT", "2", 1}, {"PROCD_TYPE", "y", 2}};
    strings const got = environment(other, files, precedence::own_environment, other, facts);
    for (char const* expected : {"PORT=5000", "PS=web.1", "PROCD_ID=new", "PROCD_TYPE=web"})
        CHECK(std::count(got.begin(), got.end(), expected) == 1);
}

TEST_CASE("words meant for procd alone are not passed on", "[environment]")
{
    variables own{{"PATH", "/bin"}, {"LISTEN_ADDRESS", "::"}, {"INVOCATION_ID", "1"}};
    strings const passed{"INVOCATION_ID=1", "LISTEN_ADDRESS=::", "PATH=/bin"};
    for (char const* key : {"PROCD_ID", "PROCD_SOCKET", "PROCD_ANYTHING", "NOTIFY_SOCKET",
                            "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID",
                            "WATCHDOG_PID", "WATCHDOG_USEC", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID"})
        own[key] = "x";
    CHECK(environment(own, {}, precedence::env_files, {}, no_facts()) == passed);
    CHECK(environment(own, {}, precedence::own_environment, {}, no_facts()) == passed);
    // These variables stay when a file sets them on purpose.
    CHECK(environment({}, {{"NOTIFY_SOCKET", "x", 1}}, precedence::env_files, {{"PROCD_MINE", "y"}},
                      no_facts()) == strings{"NOTIFY_SOCKET=x", "PROCD_MINE=y"});
}

TEST_CASE("a type's port variable is upper case with _ for -", "[environment]")
{
    CHECK(port_variable("web") == "PROCD_PORT_WEB");
    CHECK(port_variable("My-worker_2") == "PROCD_PORT_MY_WORKER_2");
}
