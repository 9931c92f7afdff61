// Wrong input gives one clear message and the documented exit code, and running processes go on.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace test;

namespace {

void write_file(std::string const& path, std::string const& text)
{
    std::ofstream(path) << text;
}

} // namespace

TEST_CASE("a second procd in the same root is refused, naming the first", "[refusal]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const second = run({PROCD}, app.root());
    CHECK(second.code == 1);
    INFO(second.err);
    CHECK(has(second.err, std::to_string(app.pid())));
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("what cannot be run is refused with a code and a reason", "[refusal]")
{
    tests::temp_dir dir;
    auto const nothing = run({PROCD}, dir.path());
    CHECK(nothing.code == 1);
    CHECK(has(nothing.err, "Procfile"));
    CHECK(has(nothing.err, "package.json"));

    write_file(dir / "Procfile", "web: true\n");
    auto const option = run({PROCD, "--colour"}, dir.path());
    CHECK(option.code == 2);
    CHECK(option.err.find("procd: ") == 0);
    CHECK(run({PROCD, "-m", "web=x"}, dir.path()).code == 2);
    CHECK(run({PROCD, "-p", "0"}, dir.path()).code == 2);
    auto const type = run({PROCD, "wbe"}, dir.path());
    CHECK(type.code == 2);
    CHECK(has(type.err, "did you mean 'web'?"));

    CHECK(run({PROCD, "-e", "gone.env"}, dir.path()).code == 1);
    write_file(dir / "procd.toml", "[types.web]\nrestrat = \"never\"\n");
    auto const config = run({PROCD}, dir.path());
    CHECK(config.code == 1);
    CHECK(has(config.err, "procd.toml:2:1: error: "));
    CHECK(has(config.err, "restart"));
    CHECK(!std::filesystem::exists(dir / ".procd/procd.sock"));
}

TEST_CASE("check fails for errors and for what is left out, not for advice", "[refusal]")
{
    tests::temp_dir dir;
    auto const code = [&](std::string const& procfile, std::string const& env,
                          std::string const& config) {
        std::ofstream(dir / "Procfile") << procfile;
        std::ofstream(dir / ".env") << env;
        std::ofstream(dir / "procd.toml") << config;
        return run({PROCD, "check", "-p", "6000"}, dir.path()).code;
    };
    std::string const web = "web: x\n";
    CHECK(code(web, "A=1\n", "") == 0);
    CHECK(code(web + "nonsense\n", "", "") == 1);
    CHECK(code(web + web, "", "") == 1); // the first line does not count
    CHECK(code(web, "nonsense\n", "") == 1);
    CHECK(code(web, "", "[types.web]\ncout = 1\n") == 1);
    CHECK(code(web, "A=\"open\n", "") == 0);
    CHECK(code("web: x \\\n", "", "") == 0);
    CHECK(code(web, "", "[types.web]\nlimits = { memory = \"100\" }\n") == 0);
    std::string const listen = "[types.web]\nlisten = ";
    CHECK(code(web, "", listen + "\"80\"\n[front]\nerror_page = \"none.html\"\n") == 0);
    CHECK(code(web + "api: y\n", "", listen + "\"6100\"\n") == 0);
    CHECK(code(web, "", listen + "\"6000\"\n") == 1);
}

TEST_CASE("a typo in the Procfile warns, and only check fails on it", "[refusal]")
{
    app_under_test app("web: exec sleep 60\nworker exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    app.expect("Procfile:2:");
    app.expect("warning");
    auto const checked = run({PROCD, "check"}, app.root());
    CHECK(checked.code == 1);
    auto const json = run({PROCD, "check", "--json"}, app.root());
    CHECK(json.code == 1);
    CHECK(has(json.out, "\"line\":2"));
}

TEST_CASE("a planted state directory is refused", "[refusal]")
{
    tests::temp_dir dir, elsewhere;
    write_file(dir / "Procfile", "web: true\n");
    std::filesystem::create_directory_symlink(elsewhere.path(), dir / ".procd");
    auto const link = run({PROCD}, dir.path());
    CHECK(link.code == 1);
    CHECK(has(link.err, ".procd"));
    std::filesystem::remove(dir / ".procd");

    std::filesystem::create_directory(dir / ".procd");
    ::chmod((dir / ".procd").c_str(), 0755);
    auto const open = run({PROCD}, dir.path());
    CHECK(open.code == 1);
    CHECK(has(open.err, "0700"));
}

TEST_CASE("a port in use is a warning that names the holder", "[refusal]")
{
    int const s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    REQUIRE(::bind(s, reinterpret_cast<sockaddr const*>(&any), sizeof any) == 0);
    REQUIRE(::listen(s, 1) == 0);
    socklen_t size = sizeof any;
    ::getsockname(s, reinterpret_cast<sockaddr*>(&any), &size);
    auto const port = std::to_string(ntohs(any.sin_port));
    app_under_test app("web: exec sleep 60\n", {.options = {"-p", port}});
    app.expect("warning: its port " + port + " is in use by pid " + std::to_string(::getpid()));
    app.expect_states({{"web.1", "up"}});
    ::close(s);
}

TEST_CASE("a process that listens on its own port is no reason to warn", "[refusal]")
{
    app_under_test app("web: exec " PUPPET " listen $PORT\n", {.options = {"-m", "web=30"}});
    REQUIRE(eventually([&] {
        auto const output = app.output();
        std::size_t heard = 0;
        for (auto at = output.find("listening "); at != std::string::npos;
             at = output.find("listening ", at + 1))
            ++heard;
        return heard == 30;
    }));
    CHECK(app.output().find("is in use") == std::string::npos);
}

TEST_CASE("with too few descriptors those that fit run and procctl still answers", "[refusal]")
{
    app_under_test app("web: exec sleep 60\n", {.options = {"-m", "web=100"}, .open_files = 64});
    REQUIRE(eventually([&] {
        int up = 0, waiting = 0;
        for (auto const& [name, state] : app.states()) {
            up += state == "up";
            waiting += state == "backoff";
        }
        return up > 10 && up + waiting == 100;
    }));
    auto const listed = app.ctl({"ps"});
    CHECK(listed.code == 0);
    CHECK(app.ctl({"scale", "web=5", "--no-wait"}).code == 0);
    REQUIRE(eventually([&] { return app.states().size() == 5; }));
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
}

TEST_CASE("another user's procctl is refused", "[refusal]")
{
    if (::geteuid() != 0) {
        SKIPPED("not root: cannot act as another user");
        return;
    }
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    auto const other = run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROCCTL,
                            "-s", app.file(".procd/procd.sock"), "ps"},
                           "/");
    CHECK(other.code != 0);
    CHECK(has(other.err, "procctl: "));
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("procctl without a procd says what it looked for", "[refusal]")
{
    tests::temp_dir dir;
    auto const alone = run({PROCCTL, "ps"}, dir.path());
    CHECK(alone.code == 4);
    CHECK(has(alone.err, ".procd/procd.sock"));
    auto const unknown = run({PROCCTL, "scael", "web=1"}, dir.path());
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "did you mean 'scale'?"));
    CHECK(run({PROCCTL, "scale", "--help"}, dir.path()).code == 0);
}
