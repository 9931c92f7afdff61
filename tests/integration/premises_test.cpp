// One procd is told from another by the things that it holds, not by their names.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace test;
namespace fs = std::filesystem;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";

// Runs procd in a mount namespace of its own, with a tmpfs at `place`.
std::vector<std::string> on_own_tmpfs(std::string const& place)
{
    return {"unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o mode=755 t " + place + " && cd " + place +
                " && cat ../Procfile > Procfile && exec \"$@\"",
            "sh"};
}

// The pid that a puppet has said it has.
int ready_pid(app_under_test& app)
{
    app.expect("| ready ");
    auto const text = app.output();
    return std::stoi(text.substr(text.find("| ready ") + 8));
}

// A state and a runtime directory, as a service manager makes them.
struct unit_directories {
    unit_directories()
    {
        ::chmod(state.path().c_str(), 0700);
        ::chmod(runtime.path().c_str(), 0700);
    }
    std::map<std::string, std::string> environment() const
    {
        return {{"STATE_DIRECTORY", state.path()}, {"RUNTIME_DIRECTORY", runtime.path()}};
    }
    tests::temp_dir state, runtime;
};

outcome another_procd(app_under_test const& app, std::vector<std::string> const& words,
                      std::map<std::string, std::string> const& environment = {})
{
    std::vector<std::string> argv{PROCD, "-p", std::to_string(free_ports())};
    argv.insert(argv.end(), words.begin(), words.end());
    return run(argv, app.root(), environment);
}

// Cleans a repository as a user does: everything that git does not know goes.
void git_clean(app_under_test const& app)
{
    // procd may be writing a file into it.
    std::error_code again;
    REQUIRE(eventually([&] {
        fs::remove_all(app.file(".procd"), again);
        return !fs::exists(app.file(".procd"));
    }));
}

} // namespace

TEST_CASE("procds with roots of one path in two mount namespaces are strangers", "[premises]")
{
    if (::geteuid() != 0 || run({"unshare", "-m", "true"}, "/").code != 0) {
        SKIPPED("needs root and mount namespaces");
        return;
    }
    tests::temp_dir shared;
    fs::create_directory(shared / "app");
    std::ofstream(shared / "Procfile") << "web: exec " PUPPET " sleep\n";
    setting const how{.options = {"serve", "-t", "2"}, .wrapper = on_own_tmpfs(shared / "app")};
    app_under_test first("", how);
    auto const process = ready_pid(first);
    app_under_test second("", how);
    auto const other = ready_pid(second);
    CHECK(alive(process));
    first.signal(SIGTERM);
    CHECK(first.wait() == 0);
    CHECK(alive(other));
    second.signal(SIGTERM);
    CHECK(second.wait() == 0);
    CHECK_FALSE(has(first.output() + second.output(), "SIGKILL"));
}

TEST_CASE("a second procd in the root of a unit's is refused, wherever the state is", "[premises]")
{
    unit_directories const unit;
    app_under_test app("worker: exec sleep 60\n",
                       {.options = {"serve", "-m", "worker=1"}, .environment = unit.environment()});
    REQUIRE(eventually([&] {
        return app.ctl({"-s", unit.runtime / "procd.sock", "wait", "worker"}).code == 0;
    }));
    auto const second = another_procd(app, {});
    INFO(second.out << second.err);
    CHECK(second.code == 1);
    CHECK(has(second.err, "(pid " + std::to_string(app.pid()) + ")"));
    CHECK_FALSE(fs::exists(app.file(".procd")));
    CHECK(another_procd(app, {"-D"}).code == 1);
}

TEST_CASE("another app in the same root has a name and a state directory of its own", "[premises]")
{
    unit_directories const unit;
    app_under_test app("web: exec sleep 60\nonce: echo it runs\n", {.options = {"-x", "once"}});
    app.expect_states({{"web.1", "up"}});
    auto const other = another_procd(app, {"-a", "other", "once"}, unit.environment());
    INFO(other.out << other.err);
    CHECK(other.code == 0);
    CHECK(has(other.out, "it runs"));
    CHECK(another_procd(app, {"once"}, unit.environment()).code == 1);
    CHECK(another_procd(app, {"-a", "other", "once"}).code == 1);
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("a root that a stranger has locked is a warning, and the app runs", "[premises]")
{
    app_under_test app("web: exec sleep 60\n");
    app.expect_states({{"web.1", "up"}});
    app.signal(SIGTERM);
    app.wait();
    int const fd = ::open(app.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(::flock(fd, LOCK_EX | LOCK_NB) == 0); // this test is no procd
    app.start_again();
    app.expect("warning: " + app.root() + " is locked by pid " + std::to_string(::getpid()));
    app.expect_states({{"web.1", "up"}});
    ::close(fd);
}

TEST_CASE("what git clean removes is made again, and nothing that runs is touched", "[premises]")
{
    auto const* const verb = GENERATE("up", "serve");
    auto const number = GENERATE(SIGHUP, SIGUSR1);
    CAPTURE(verb, number);
    app_under_test app("web: exec sleep 60\n",
                       {.options = {verb}, .files = {{"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}});
    REQUIRE(app.ctl({"scale", "web=2"}).code == 0);
    auto const before = app.processes();
    git_clean(app);

    auto const second = another_procd(app, {verb});
    INFO(second.err);
    CHECK(second.code == 1);
    CHECK(has(second.err, "(pid " + std::to_string(app.pid()) + ")"));
    app.signal(number);
    app.expect("the socket " + app.file(".procd/procd.sock") + " was removed; it is made again");
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
    CHECK(app.processes() == before);
    CHECK(read_file(app.file(".procd/lock")) == std::to_string(app.pid()) + "\n");
    CHECK(another_procd(app, {verb}).code == 1);
    if (verb == std::string("up"))
        return;
    CHECK(
        eventually([&] { return has(read_file(app.file(".procd/state.json")), "\"wanted\":2"); }));
    app.signal(SIGKILL);
    app.start_again({.options = {verb}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
}

TEST_CASE("a change is kept, also when the state directory was removed", "[premises]")
{
    unit_directories const unit;
    app_under_test app("web: exec sleep 60\n",
                       {.options = {"serve"},
                        .files = {{"procd.toml", quick}},
                        .environment = {{"RUNTIME_DIRECTORY", unit.runtime.path()}}});
    auto const socket = unit.runtime / "procd.sock";
    REQUIRE(eventually([&] { return app.ctl({"-s", socket, "wait", "web"}).code == 0; }));
    git_clean(app);
    REQUIRE(app.ctl({"-s", socket, "scale", "web=3"}).code == 0);
    CHECK(has(read_file(app.file(".procd/state.json")), "\"wanted\":3"));
    CHECK(fs::exists(app.file(".procd/release-1.json")));
    app.expect(app.file(".procd") + " was removed; it is made again");
}

TEST_CASE("a planted state directory is not taken for a removed one", "[premises]")
{
    tests::temp_dir victim;
    app_under_test app("web: exec sleep 60\n", {.options = {"serve"}});
    app.expect_states({{"web.1", "up"}});
    auto const before = app.processes();
    git_clean(app);
    fs::create_directory_symlink(victim.path(), app.file(".procd"));
    app.signal(SIGUSR1);
    app.expect(".procd is a link or no directory");
    CHECK(fs::is_empty(victim.path()));
    CHECK_FALSE(has(app.output(), "made again"));
    CHECK(app.processes() == before);
    fs::remove(app.file(".procd"));
    app.signal(SIGUSR1);
    app.expect_states({{"web.1", "up"}});
}

TEST_CASE("procd writes its log files in the directory that it has checked", "[premises]")
{
    tests::temp_dir victim;
    app_under_test app("web: while :; do echo a line; sleep 0.02; done\n", {.options = {"serve"}});
    REQUIRE(eventually([&] { return fs::exists(app.file(".procd/log/web.1.log")); }));
    fs::rename(app.file(".procd/log"), app.file(".procd/moved"));
    fs::create_directory_symlink(victim.path(), app.file(".procd/log"));
    app.signal(SIGUSR1);
    app.expect("cannot write " + app.file(".procd/log") + "/");
    CHECK(fs::is_empty(victim.path()));
    fs::remove(app.file(".procd/log"));
    CHECK(eventually([&] { return fs::exists(app.file(".procd/log/web.1.log")); }));
}

TEST_CASE("root refuses a log directory in which others may write", "[premises]")
{
    if (::geteuid() != 0) {
        SKIPPED("not root");
        return;
    }
    tests::temp_dir dir;
    std::ofstream(dir / "Procfile") << "web: echo it runs\n";
    std::ofstream(dir / "procd.toml") << "[logs]\ndirectory = \"log\"\n";
    fs::create_directory(dir / "log");
    REQUIRE(::chown((dir / "log").c_str(), nobody, nobody) == 0);
    auto const start = [&] { return run({PROCD, "-p", std::to_string(free_ports())}, dir.path()); };
    auto const refused = start();
    CHECK(refused.code == 1);
    CHECK(has(refused.err, "others than root may write in " + dir / "log"));
    CHECK(has(refused.err, "User="));
    CHECK(fs::is_empty(dir / "log"));
    REQUIRE(::chown((dir / "log").c_str(), 0, 0) == 0);
    CHECK(start().code == 0);
    CHECK(fs::exists(dir / "log/web.1.log"));
}

TEST_CASE("in a root that cannot be written `up` runs, and `serve` says what to do", "[premises]")
{
    if (::geteuid() != 0) {
        SKIPPED("not root: cannot act as a user who may not write here");
        return;
    }
    tests::temp_dir dir, own;
    ::chmod(dir.path().c_str(), 0755);
    ::chmod(own.path().c_str(), 0700);
    REQUIRE(::chown(own.path().c_str(), nobody, nobody) == 0);
    std::ofstream(dir / "Procfile") << "web: " << for_nobody(PROCCTL) << " ps; echo it runs\n";
    auto const as_nobody = [&](std::string const& verb, std::string const& runtime) {
        return run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "-u",
                    "PROCD_SOCKET", PROCD, verb, "-p", std::to_string(free_ports())},
                   dir.path(), {{"XDG_RUNTIME_DIR", runtime}});
    };
    auto const up = as_nobody("up", own.path());
    INFO(up.out << up.err);
    CHECK(has(up.out, "it runs"));
    CHECK(has(up.out, dir.path() + " cannot be written, so procd's state and socket are in " +
                          own.path() + "/procd/"));
    CHECK_FALSE(fs::is_empty(own / "procd"));

    auto const serve = as_nobody("serve", own.path());
    CHECK(serve.code == 1);
    CHECK(has(serve.err, dir.path()));
    CHECK(has(serve.err, "STATE_DIRECTORY"));
    // $XDG_RUNTIME_DIR of somebody else, as after `su`
    auto const without = as_nobody("up", dir.path());
    CHECK(has(without.out, "it runs"));
    auto const at = without.out.find("/tmp/procd-65534/");
    REQUIRE(at != std::string::npos);
    CHECK(fs::remove_all(without.out.substr(at, without.out.find('\n', at) - at)) > 0);
}

TEST_CASE("procctl finds a procd whose root cannot be written, from inside the root", "[premises]")
{
    if (::geteuid() != 0) {
        SKIPPED("not root: cannot act as a user who may not write here");
        return;
    }
    tests::temp_dir dir, own;
    ::chmod(dir.path().c_str(), 0755);
    ::chmod(own.path().c_str(), 0700);
    REQUIRE(::chown(own.path().c_str(), nobody, nobody) == 0);
    fs::create_directory(dir / "lib");
    std::ofstream(dir / "Procfile") << "web: exec sleep 60\n";
    auto const as_nobody = [&](std::vector<std::string> words, std::string const& place) {
        words.insert(words.begin(),
                     {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
        return run(words, place, {{"XDG_RUNTIME_DIR", own.path()}});
    };
    auto const up = as_nobody({PROCD, "up", "-D", "-p", std::to_string(free_ports())}, dir.path());
    INFO(up.out << up.err);
    REQUIRE(up.code == 0);
    auto const listed = as_nobody({PROCCTL, "ps"}, dir / "lib");
    INFO(listed.err);
    CHECK(has(listed.out, "web.1"));
    CHECK(as_nobody({PROCCTL, "-q", "shutdown"}, dir.path()).code == 0);
}

TEST_CASE("state, socket and name stand beside a link called current", "[premises]")
{
    setting const how{.options = {"serve", "-d", "current"},
                      .files = {{"releases/1/Procfile", "web: exec sleep 61\n"},
                                {"releases/1/procd.toml", quick},
                                {"releases/2/procd.toml", quick},
                                {"releases/2/Procfile", "web: exec sleep 62\n"}},
                      .links = {{"current", "releases/1"}}};
    app_under_test app("", how);
    app.expect_states({{"web.1", "up"}});
    auto const name = app.root().substr(app.root().rfind('/') + 1);
    CHECK(app.request("GET", "/v1/status").json().at("app").as_string() == name.c_str());
    REQUIRE(app.ctl({"scale", "web=3"}, "current").code == 0);
    fs::remove(app.file("current"));
    fs::create_directory_symlink("releases/2", app.file("current"));
    REQUIRE(app.ctl({"reload"}, "releases/2").code == 0);
    CHECK(app.request("GET", "/v1/status").json().at("app").as_string() == name.c_str());
    app.signal(SIGKILL);
    app.start_again(how);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"web.3", "up"}});
    CHECK_FALSE(fs::exists(app.file("releases/1/.procd")));

    auto const unit = run({PROCD, "export", "systemd", "-f", "current/Procfile"}, app.root());
    INFO(unit.out);
    CHECK(has(unit.out, "\"-d\" \"" + app.file("current") + "\"") +
              has(unit.out, "-d \"" + app.file("current") + "\"") ==
          1);
    CHECK(has(unit.out, "StateDirectory=procd/" + name + "\n"));
}

TEST_CASE("procd with closed descriptors opens no file of its own in their place", "[premises]")
{
    auto const* const closed = GENERATE(">&-", ">&- 2>&-", "<&- >&- 2>&-", "<&-");
    INFO(closed);
    app_under_test app("web: while :; do echo a line of the app; sleep 0.02; done\n",
                       {.options = {"serve"},
                        .wrapper = {"sh", "-c", std::string("exec \"$@\" ") + closed, "sh"}});
    app.expect_states({{"web.1", "up"}});
    for (auto const* fd : {"0", "1", "2"}) {
        auto const link = "/proc/" + std::to_string(app.pid()) + "/fd/" + fd;
        std::error_code none;
        auto const leads_to = fs::read_symlink(link, none);
        CHECK((leads_to == "/dev/null" || has(leads_to.string(), "pipe:")));
    }
    CHECK(read_file(app.file(".procd/lock")) == std::to_string(app.pid()) + "\n");
    for (auto const* words : {"ps", "scale web=2", "logs -n 5"}) {
        auto const quiet =
            run({"sh", "-c", std::string("exec " PROCCTL " ") + words + ' ' + closed}, app.root());
        INFO(words << quiet.err);
        CHECK(quiet.code == 0);
    }
}

TEST_CASE("root drives the procd of another user", "[premises]")
{
    if (::geteuid() != 0) {
        SKIPPED("not root");
        return;
    }
    app_under_test app("web: exec sleep 60\n", {.ordinary_user = true});
    app.expect_states({{"web.1", "up"}});
    auto const listed = run({PROCCTL, "ps"}, app.root());
    INFO(listed.err);
    CHECK(has(listed.out, "web.1"));
    CHECK(run({PROCCTL, "-q", "-s", app.file(".procd/procd.sock"), "scale", "web=2"}, "/").code ==
          0);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}});
}

TEST_CASE("procctl in the root of a unit's app finds its procd", "[premises]")
{
    unit_directories const unit;
    auto const place = unit.runtime / "procd/shop"; // as systemctl --user makes it
    fs::create_directories(place);
    app_under_test app(
        "web: exec sleep 60\n",
        {.options = {"serve"},
         .environment = {{"STATE_DIRECTORY", unit.state.path()}, {"RUNTIME_DIRECTORY", place}}});
    REQUIRE(eventually([&] {
        return app.ctl({"-s", place + "/procd.sock", "wait", "web"}).code == 0;
    }));
    auto const listed =
        run({PROCCTL, "ps"}, app.root(), {{"XDG_RUNTIME_DIR", unit.runtime.path()}});
    INFO(listed.err);
    CHECK(has(listed.out, "web.1"));
}

TEST_CASE("the release that a link called current leads to is locked too", "[premises]")
{
    unit_directories const unit;
    app_under_test app("", {.options = {"serve", "-d", "current"},
                            .files = {{"releases/1/Procfile", "web: exec sleep 61\n"},
                                      {"releases/1/procd.toml", quick},
                                      {"releases/2/procd.toml", quick},
                                      {"releases/2/Procfile", "web: exec sleep 62\n"}},
                            .links = {{"current", "releases/1"}},
                            .environment = unit.environment()});
    auto const socket = unit.runtime / "procd.sock";
    REQUIRE(eventually([&] { return app.ctl({"-s", socket, "wait", "web"}).code == 0; }));
    for (auto const* const root : {"current", "releases/1"})
        CHECK(another_procd(app, {"-d", root}).code == 1);
    fs::remove(app.file("current"));
    fs::create_directory_symlink("releases/2", app.file("current"));
    REQUIRE(app.ctl({"-s", socket, "reload"}).code == 0);
    for (auto const* const root : {"current", "releases/2"})
        CHECK(another_procd(app, {"-d", root}).code == 1);
    CHECK(another_procd(app, {"-d", "releases/1", "--restart", "never", "-f", "web: true"}).code ==
          0);
}
