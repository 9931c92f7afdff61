// What is wrong at the start of an app and in the words of the command line.
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace test;

namespace {

auto const quick = "[defaults]\nrollout = { min_ready = \"0s\" }\n";

void write_file(std::string const& path, std::string const& text)
{
    std::ofstream(path) << text;
}

// Of the sockets that procd may have made in the app with a link `current`, the one that answers.
std::string answering_socket(app_under_test& app)
{
    std::string found;
    REQUIRE(eventually([&] {
        for (auto const* place : {".procd", "releases/1/.procd", "releases/2/.procd"}) {
            auto const socket = app.file(std::string(place) + "/procd.sock");
            if (std::filesystem::exists(socket) && app.ctl({"-s", socket, "status"}).code == 0)
                found = socket;
        }
        return !found.empty();
    }));
    return found;
}

} // namespace

TEST_CASE("the process whose end ends the app is not started again", "[fault]")
{
    app_under_test app("job: exit 3\nweb: exec sleep 60\n", {.options = {"--exit-on", "any"}});
    REQUIRE(app.wait() == 3);
    app.expect("job.1  | started with pid");
    STILL_WRONG(count_of(app.output(), "job.1  | started with pid") == 1);
}

TEST_CASE("a type whose ports lie above 65535 does not run with the port of another", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / ".env", "PORT=65500\n");
    write_file(dir / "Procfile", "web: echo port=$PORT\nworker: echo port=$PORT\n");
    auto const done = run({PROCD, "--no-timestamps", "--restart", "never"}, dir.path());
    auto const said = done.out + done.err;
    INFO(said);
    REQUIRE(has(said, "web.1    | port=65500\n"));
    REQUIRE(has(said, "worker.1 | port=\n"));
    REQUIRE(has(said, "no port is left for worker.1"));
    REQUIRE(run({PROCD, "check"}, dir.path()).code == 1);
}

TEST_CASE("the arguments of `procd run` reach a command with a comment at its end", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "plain: echo base\ntask: echo base # a comment\n");
    REQUIRE(run({PROCD, "run", "plain", "x", "y"}, dir.path()).out == "base x y\n");
    REQUIRE(run({PROCD, "run", "task", "x", "y"}, dir.path()).out == "base x y\n");
}

TEST_CASE("what people type from habit works, and a slip names the nearest verb", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: echo it runs\nworker: true\n");
    auto const typed = [&](std::string const& word) { return run({PROCD, word}, dir.path()); };
    REQUIRE(has(typed("up").out, "it runs"));
    REQUIRE(has(typed("wbe").err, "did you mean 'web'?"));
    REQUIRE(has(typed("start").out, "it runs"));
    REQUIRE(has(typed("serv").err, "'serve'"));
    REQUIRE(typed("help").code == 0);
    REQUIRE(has(typed("help").out, "procd serve"));
    REQUIRE(has(typed("version").out, "procd "));
    REQUIRE(has(typed("stop").err, "procctl shutdown"));
    REQUIRE(has(typed("web.1").out, "it runs"));
    REQUIRE(typed("web.2").code == 2);
    REQUIRE(has(typed("--prot").err, "no option '--prot' (did you mean '--port'?)"));
    auto const two = run({PROCD, "-m", "web=2 worker=1"}, dir.path());
    REQUIRE(has(two.out, "web.2"));
    auto const blank = run({PROCD, "-m", ""}, dir.path());
    REQUIRE(has(blank.out, "it runs"));
}

TEST_CASE("`procd run` needs no Procfile, and takes a line for the shell", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / ".env", "GREETING=hello\n");
    REQUIRE(run({PROCD, "run", "--", "echo $GREETING"}, dir.path()).out == "hello\n");
    REQUIRE(run({PROCD, "run", "printenv", "GREETING"}, dir.path()).out == "hello\n");
    REQUIRE(run({PROCD, "run", "web"}, dir.path()).code == 127);
}

TEST_CASE("below the root procd names the Procfile above", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: true\n");
    std::filesystem::create_directory(dir / "sub");
    auto const started = run({PROCD}, dir / "sub");
    REQUIRE(started.code == 1);
    REQUIRE(has(started.err, "../Procfile exists; procd -d .. runs its app"));
}

TEST_CASE("a type that one starts after and that is not run is named", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "db: true\nweb: true\n");
    write_file(dir / "procd.toml", "[types.web]\nafter = [\"db\"]\n");
    auto const only = run({PROCD, "web"}, dir.path());
    REQUIRE(has(only.out, "web starts after db, which is not run; procd db web runs both"));
    REQUIRE(!has(run({PROCD, "web", "db"}, dir.path()).out, "which is not run"));
}

TEST_CASE("a second procd in the root of a unit's is refused, wherever the state is", "[fault]")
{
    tests::temp_dir const state, runtime;
    ::chmod(state.path().c_str(), 0700);
    ::chmod(runtime.path().c_str(), 0700);
    app_under_test app("worker: test -e second || exec sleep 60\n",
                       {.options = {"serve", "-m", "worker=1"},
                        .environment = {{"STATE_DIRECTORY", state.path()},
                                        {"RUNTIME_DIRECTORY", runtime.path()}}});
    REQUIRE(eventually([&] {
        return app.ctl({"-s", runtime / "procd.sock", "wait", "worker"}).code == 0;
    }));
    app.write("second", "");
    auto const second = run({PROCD, "-p", std::to_string(free_ports())}, app.root());
    INFO(second.out << second.err);
    REQUIRE((second.code == 1 || has(second.out, "worker.1 | exited with code 0")));
    STILL_WRONG(second.code == 1 && has(second.err, std::to_string(app.pid())));
}

TEST_CASE("in a root that cannot be written `up` runs, and `serve` says what to do", "[fault]")
{
    if (::geteuid() != 0) {
        SKIPPED("not root: cannot act as a user who may not write here");
        return;
    }
    tests::temp_dir dir, own;
    ::chmod(dir.path().c_str(), 0755);
    ::chmod(own.path().c_str(), 0700);
    REQUIRE(::chown(own.path().c_str(), 65534, 65534) == 0);
    write_file(dir / "Procfile", "web: echo it runs\n");
    auto const as_nobody = [&](std::string const& verb) {
        return run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROCD, verb,
                    "-p", std::to_string(free_ports())},
                   dir.path(), {{"XDG_RUNTIME_DIR", own.path()}});
    };
    STILL_WRONG(has(as_nobody("up").out, "it runs"));
    auto const serve = as_nobody("serve");
    REQUIRE(serve.code == 1);
    REQUIRE(has(serve.err, dir.path()));
    STILL_WRONG(has(serve.err, "STATE_DIRECTORY"));
}

TEST_CASE("counts outlive a deploy by a link called current, and a kill -9", "[fault]")
{
    setting const how{.options = {"serve", "-d", "current"},
                      .files = {{"releases/1/Procfile", "web: exec sleep 61\n"},
                                {"releases/1/procd.toml", quick},
                                {"releases/2/procd.toml", quick},
                                {"releases/2/Procfile", "web: exec sleep 62\n"}},
                      .links = {{"current", "releases/1"}}};
    app_under_test app("", how);
    auto socket = answering_socket(app);
    REQUIRE(app.ctl({"-s", socket, "scale", "web=3"}).code == 0);
    std::filesystem::remove(app.file("current"));
    std::filesystem::create_directory_symlink("releases/2", app.file("current"));
    REQUIRE(app.ctl({"-s", socket, "reload"}).code == 0);
    app.signal(SIGKILL);
    app.start_again(how);
    socket = answering_socket(app);
    auto const listed = app.ctl({"-s", socket, "-q", "ps"});
    INFO(listed.out);
    REQUIRE(has(listed.out, "web.1"));
    STILL_WRONG(count_of(listed.out, "web.") == 3);
}
