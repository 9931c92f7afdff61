// The output of procd: its forms and places, and what happens when nobody reads it.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace test;
namespace json = boost::json;

TEST_CASE("on a terminal programs see one of their own, and the prefix is coloured", "[output]")
{
    app_under_test app("web: test -t 1 && echo tty; printf 'prompt> '; exec sleep 60\n",
                       {.terminal = true});
    app.expect("tty");
    app.expect("prompt> ");
    app.expect("\x1b[36m");
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
}

TEST_CASE("redirected there is no terminal and no escape of ours", "[output]")
{
    app_under_test app("web: test -t 1 || echo no tty; printf 'tail'; exec sleep 60\n",
                       {.options = {}, .environment = {{"TERM", "xterm-256color"}}});
    app.expect("web.1  | no tty\n");
    app.expect("web.1  | tail");
    CHECK(app.output().find('\x1b') == std::string::npos);
}

TEST_CASE("any bytes pass unchanged", "[output]")
{
    app_under_test app("web: printf 'a\\000b\\377\\r\\033[1mc\\nlast'\n",
                       {.options = {"--no-timestamps", "--restart", "never"}});
    CHECK(app.wait() == 0);
    std::string const bytes = std::string("web.1  | a") + '\0' + "b\xff\r\x1b[1mc\nweb.1  | last\n";
    CHECK(app.output().find(bytes) != std::string::npos);
}

TEST_CASE("the JSON form parses line by line and gives the bytes back", "[output]")
{
    app_under_test app(
        "web: printf 'plain\\n\\377\\n'; head -c 200000 /dev/zero | tr '\\0' x; echo\n",
        {.options = {"--log-format", "json", "--restart", "never"}});
    CHECK(app.wait() == 0);
    std::istringstream lines(app.output());
    std::string joined;
    bool plain = false, binary = false;
    for (std::string line; std::getline(lines, line);) {
        auto const record = json::parse(line).as_object();
        if (record.at("process") != "web.1")
            continue;
        if (record.contains("line_base64")) {
            binary = binary || record.at("line_base64") == "/w==";
            continue;
        }
        std::string const text = record.at("line").as_string().c_str();
        plain = plain || text == "plain";
        if (text.find_first_not_of('x') == std::string::npos && !text.empty()) {
            joined += text;
            CHECK(text.size() <= 65536);
        }
    }
    CHECK(plain);
    CHECK(binary);
    CHECK(joined.size() == 200000);
}

TEST_CASE("a reader that stops holds the child back, not the control socket nor the stop",
          "[output]")
{
    app_under_test app("web: exec yes 0123456789abcdef\nquiet: exec sleep 60\n",
                       {.options = {"-t", "2"}, .read_output = false});
    app.expect_states({{"quiet.1", "up"}, {"web.1", "up"}});
    auto const memory = [&] {
        std::ifstream status("/proc/" + std::to_string(app.pid()) + "/status");
        for (std::string line; std::getline(status, line);)
            if (line.rfind("VmRSS:", 0) == 0)
                return std::stol(line.substr(6));
        return 0L;
    };
    auto const before = memory();
    for (int i = 0; i < 50; ++i)
        CHECK(app.request("GET", "/v1/processes").status == 200);
    CHECK(memory() < before + 8192);
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK(app.processes().empty());
}

TEST_CASE("after a stall every line is there, in order", "[output]")
{
    app_under_test app(
        "web: seq 1 200000; echo end\n",
        {.options = {"--no-timestamps", "--restart", "never"}, .read_output = false});
    REQUIRE(eventually([&] { return app.request("GET", "/v1/status").status == 200; }));
    app.start_reading();
    app.expect("web.1  | end\n");
    CHECK(app.wait() == 0);
    std::istringstream lines(app.output());
    long expected = 1;
    for (std::string line; std::getline(lines, line);) {
        if (line == "web.1  | " + std::to_string(expected))
            ++expected;
    }
    CHECK(expected == 200001);
}

#ifdef __SANITIZE_ADDRESS__ // keeps what was freed, 256 MB of it
constexpr long most_memory_kb = 1'000'000;
#else
constexpr long most_memory_kb = 20'000;
#endif

TEST_CASE("a hundred megabytes without a newline stay bounded in memory and whole", "[output]")
{
    app_under_test app("web: head -c 100000000 /dev/zero | tr '\\0' z; exec sleep 60\n",
                       {.options = {"--no-timestamps"}});
    REQUIRE(eventually([&] {
        auto const text = app.output();
        return std::count(text.begin(), text.end(), 'z') == 100'000'000;
    }));
    std::ifstream status("/proc/" + std::to_string(app.pid()) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmHWM:", 0) == 0)
            CHECK(std::stol(line.substr(6)) < most_memory_kb);
}

TEST_CASE("logs come from the history, and follow across a restart", "[output]")
{
    app_under_test app("web: echo hello from $$; exec sleep 60\n");
    app.expect("hello from ");
    auto const logs = app.ctl({"ps:logs", "web.1", "-n", "50"});
    CHECK(logs.code == 0);
    CHECK(logs.out.find("hello from ") != std::string::npos);
    CHECK(app.ctl({"ps:restart", "web"}).code == 2);
    CHECK(app.ctl({"pts:restart", "web"}).code == 0);
    auto const all = app.ctl({"logs"});
    CHECK(all.out.find("terminated by SIGTERM") != std::string::npos);
}

TEST_CASE("serve keeps one log file a process under the state directory", "[output]")
{
    app_under_test app("web: echo to the file; exec sleep 60\n", {.options = {"serve"}});
    app.expect("to the file");
    CHECK(eventually([&] {
        std::ifstream file(app.file(".procd/log/web.1.log"));
        std::string const text{std::istreambuf_iterator<char>(file), {}};
        return text.find("to the file") != std::string::npos;
    }));
    app.signal(SIGUSR1);
    app.expect_states({{"web.1", "up"}});
}
