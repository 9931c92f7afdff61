// Clients that read slower than the processes write: nothing is lost to them that procd keeps, and
// they cost procd next to nothing.
#include "supervisor/os/unix_socket.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

using namespace test;

namespace {

long memory_kb(int pid)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmRSS:", 0) == 0)
            return std::stol(line.substr(6));
    return -1;
}

#ifdef __SANITIZE_ADDRESS__ // keeps what was freed, 256 MB of it
constexpr long most_more_kb = 1'000'000;
#else
constexpr long most_more_kb = 40'000;
#endif

// Clients that send the same request and read nothing.
std::vector<os::unique_fd> deaf_clients(app_under_test const& app, int count,
                                        std::string const& target)
{
    std::vector<os::unique_fd> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(os::connect_unix(app.file(".procd/procd.sock")).value());
        REQUIRE(os::send_all(clients.back().get(), "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .has_value());
    }
    return clients;
}

std::string const burst =
    "web: until [ -e go ]; do sleep 0.05; done; seq -f 'line %09.0f of a burst that "
    "is written as fast as can be, and then some' 1 140000; echo the end; exec sleep 60\n";

} // namespace

TEST_CASE("followed into a file, a burst is there as a whole", "[logs]")
{
    app_under_test app(burst, {.options = {"serve"}});
    app.expect("started with pid");
    auto const followed = [&] { return read_file(app.file("followed")); };
    run({"sh", "-c", "exec \"$0\" logs web -f --no-prefix >followed 2>errors &", PROCCTL},
        app.root());
    REQUIRE(eventually([&] { return has(followed(), "started with pid"); }));
    app.write("go", "");
    CHECK(eventually([&] { return has(followed(), "\nthe end\n"); }));
    CHECK(count_of(followed(), " of a burst") == 140'000);
    CHECK(read_file(app.file("errors")).empty());
}

TEST_CASE("a client that stops reading gets from the log files what memory has dropped", "[logs]")
{
    app_under_test app(burst, {.options = {"serve"}});
    app.expect_states({{"web.1", "up"}});
    auto const client = std::move(deaf_clients(app, 1, "/v1/logs?type=web&lines=0&follow=true")[0]);
    REQUIRE(os::limit_receive(client.get(), std::chrono::seconds(30)).has_value());
    std::string text;
    auto const read_to = [&](std::string const& mark) {
        std::string room(1 << 16, '\0');
        while (text.find(mark) == std::string::npos) {
            auto const got = os::receive(client.get(), room.data(), room.size());
            REQUIRE(got.has_value());
            REQUIRE(*got > 0);
            text.append(room, 0, *got);
        }
    };
    read_to("\r\n\r\n"); // it is a follower now
    app.write("go", "");
    app.expect("the end"); // memory has only the last 1 MiB of 11
    read_to("the end");
    CHECK(count_of(text, " of a burst") == 140'000);
    CHECK(count_of(text, "missed") == 0);
    CHECK(count_of(text, "\"seq\":null") > 100'000);
}

TEST_CASE("followed, all of the past is there before a new line comes", "[logs]")
{
    auto const how = GENERATE(setting{.options = {"serve"}}, setting{.options = {"up"}});
    // There is more than memory has, and the last record is a piece.
    app_under_test app("web: seq -f 'old %09.0f' 1 200000; printf unfinished; exec sleep 60\n",
                       how);
    app.expect("unfinished");
    std::string const words = GENERATE("-n -1", "-n 10", "--since 1h", "-n 0", "");
    run({"sh", "-c", "exec \"$0\" logs web -f --no-prefix " + words + " >followed 2>errors &",
         PROCCTL},
        app.root());
    if (words != "-n 0") {
        CHECK(eventually([&] { return has(read_file(app.file("followed")), "unfinished"); }));
        return;
    }
    // Without the past a new line is all there is.
    REQUIRE(app.ctl({"ps:signal", "web.1", "KILL"}).code == 0);
    CHECK(eventually([&] { return has(read_file(app.file("followed")), "started with pid"); }));
}

TEST_CASE("a line of procd stands by itself in the logs, too", "[logs]")
{
    app_under_test app("web: printf 'Name? '; exec sleep 60\n", {.options = {"serve"}});
    app.expect("Name? ");
    REQUIRE(app.ctl({"restart", "web.1"}).code == 0);
    auto const logs = app.ctl({"logs", "web", "--no-prefix"});
    CHECK(has(logs.out, "\nName? \n"));
    CHECK(count_of(logs.out, "started with pid") == 2);
    CHECK(count_of("\n" + logs.out, "\nstarted with pid") == 2);
    auto const records = app.ctl({"logs", "web", "--json"});
    CHECK(has(records.out, R"("line":"Name? ","partial":true,"author":"process"})"));
    CHECK(has(records.out, R"("author":"procd"})"));
}

TEST_CASE("many clients that do not read cost little memory", "[logs]")
{
    app_under_test app(burst, {.options = {"serve"}});
    app.write("go", "");
    app.expect("the end");
    auto const before = memory_kb(app.pid());
    auto const clients = deaf_clients(app, 200, "/v1/logs?lines=1000000");
    auto const others = app.ctl({"ps"}); // is served after these
    CHECK(others.code == 0);
    auto const more = memory_kb(app.pid()) - before;
    INFO(before << " kB before, " << more << " kB more");
    CHECK(more < most_more_kb);
}

namespace {

std::string const counts = "web: seq -f \"$WORD %.0f\" 1 40000; echo \"$WORD end\"; exec sleep 60\n"
                           "other: echo \"quiet $WORD\"; exec sleep 60\n";

} // namespace

TEST_CASE("logs go on across a restart of procd, into the log files", "[logs]")
{
    setting how{.options = {"serve", "-m", "all=1"}, .files = {{".env", "WORD=first\n"}}};
    app_under_test app(counts, how);
    app.expect("first end");
    app.expect("quiet first");
    app.signal(SIGKILL);
    app.wait();
    how.files = {{".env", "WORD=second\n"}};
    app.write(".env", "WORD=second\n");
    app.start_again(how);
    app.expect("second end");
    app.expect("quiet second");

    auto const all = app.ctl({"logs", "web", "-n", "-1", "--no-prefix"});
    CHECK(count_of(all.out, "first ") == 40'001);
    CHECK(count_of(all.out, "second ") == 40'001);
    CHECK(all.out.find("first end") < all.out.find("second 1\n"));
    CHECK(count_of(app.ctl({"logs", "--since", "1h30m", "--no-prefix"}).out, "quiet ") == 2);
    CHECK(count_of(app.ctl({"logs", "web", "-n", "50000"}).out, "\n") == 50'000);
    CHECK(app.ctl({"logs", "--grep", "^first 3999[0-9]$", "-n", "2", "--no-prefix"}).out ==
          "first 39998\nfirst 39999\n");
    CHECK(has(app.ctl({"logs", "-p", "web.1"}).out, "first end"));
    auto const early = app.ctl({"logs", "--since", "2020-01-01", "--until", "2020-01-02"});
    CHECK(early.code == 0);
    CHECK(early.out.empty());
    CHECK(has(early.err, "nothing is kept from before"));
    CHECK(app.ctl({"logs", "--since", "2020-01-01T00:00:00+02:00", "--json", "-n", "1"}).code == 0);
    CHECK(app.ctl({"logs", "-n", "1", "--since", "yesterday"}).code == 2);
}

TEST_CASE("lines of a process that is gone are in the log files", "[logs]")
{
    setting const how{.options = {"serve", "-m", "web=2"}};
    app_under_test app("web: echo \"I am $PS.\"; exec sleep 60\n", how);
    app.expect("I am web.2.");
    REQUIRE(app.ctl({"scale", "web=1"}).code == 0);
    app.signal(SIGTERM);
    app.wait();
    app.start_again({.options = {"serve"}});
    app.expect_states({{"web.1", "up"}});
    CHECK(has(app.ctl({"logs", "web.2"}).out, "I am web.2."));
    CHECK(app.ctl({"logs", "web.3"}).code == 3);
}

TEST_CASE("without log files it is said that lines are not there", "[logs]")
{
    app_under_test app("web: echo hello; exec sleep 60\n", {.options = {"up"}});
    app.expect("hello");
    auto const logs = app.ctl({"logs", "--since", "1d"});
    CHECK(has(logs.out, "hello"));
    CHECK(has(logs.err, "procd keeps no log files here"));
    CHECK(app.ctl({"logs"}).err.empty());
}
