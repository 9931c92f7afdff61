// The verbs check and run, the background, the implied web type, and the defaults of serve.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <csignal>
#include <fstream>

using namespace test;
namespace json = boost::json;

namespace {

void write_file(std::string const& path, std::string const& text)
{
    std::ofstream(path) << text;
}

} // namespace

TEST_CASE("check prints the plan and hides the values", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: bin/web -p $PORT\nworker: bin/work\n");
    write_file(dir / ".env", "SECRET=hush\n");
    auto const checked =
        run({PROCD, "check", "--json", "-p", "6000", "-m", "web=2,worker=1"}, dir.path());
    CHECK(checked.code == 0);
    auto const plan = json::parse(checked.out).as_object();
    auto const& web = plan.at("types").as_array().at(0).as_object();
    CHECK(web.at("name") == "web");
    CHECK(web.at("command") == "bin/web -p $PORT");
    CHECK(web.at("line") == "exec bin/web -p $PORT");
    CHECK(web.at("count") == 2);
    CHECK(web.at("ports") == json::array{6000, 6001});
    CHECK(checked.out.find("hush") == std::string::npos);
    CHECK(run({PROCD, "check", "--json", "--show-env"}, dir.path()).out.find("hush") !=
          std::string::npos);
}

TEST_CASE("run becomes the command with the app's environment and its exit code", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: exit 4\nargs: echo args:\n");
    write_file(dir / ".env", "GREETING=hello\n");
    auto const command =
        run({PROCD, "run", "--", "sh", "-c", "echo $GREETING $PS; exit 3"}, dir.path());
    CHECK(command.code == 3);
    CHECK(command.out == "hello run.1\n");
    CHECK(run({PROCD, "run", "web"}, dir.path()).code == 4);
    CHECK(run({PROCD, "run", "args", "a b", "c"}, dir.path()).out == "args: a b c\n");
    CHECK(run({PROCD, "run", "no-such-command"}, dir.path()).code == 127);
    CHECK(run({PROCD, "run"}, dir.path()).code == 2);
}

TEST_CASE("procd -D runs in the background and says how to reach it", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "Procfile", "web: exec sleep 60\n");
    auto const started = run({PROCD, "-D", "-p", std::to_string(free_ports())}, dir.path());
    INFO(started.out << started.err);
    CHECK(started.code == 0);
    CHECK(started.out.find("procctl") != std::string::npos);
    auto const listed = run({PROCCTL, "wait", "web"}, dir.path());
    CHECK(listed.code == 0);
    CHECK(run({PROCD, "-D"}, dir.path()).code == 1);
    CHECK(run({PROCCTL, "shutdown"}, dir.path()).code == 0);
    CHECK(run({PROCCTL, "ps"}, dir.path()).code == 4);
}

TEST_CASE("a Dockerfile or a package.json implies web", "[verbs]")
{
    tests::temp_dir dir;
    write_file(dir / "package.json", R"({"scripts": {"start": "node ."}})");
    CHECK(run({PROCD, "check"}, dir.path()).out.find("npm start") != std::string::npos);
    write_file(dir / "Dockerfile", "FROM x\nCMD [\"bin/web\", \"a b\"]\n");
    CHECK(run({PROCD, "check"}, dir.path()).out.find("bin/web") != std::string::npos);
}

TEST_CASE("procd -f takes a Procfile's text", "[verbs]")
{
    tests::temp_dir dir;
    auto const up = run({PROCD, "-f", "once: echo it ran", "--restart", "never"}, dir.path());
    CHECK(up.code == 0);
    CHECK(up.out.find("once.1 | it ran") != std::string::npos);
}

TEST_CASE("serve starts one web and nothing else, and restarts always", "[verbs]")
{
    app_under_test app("worker: exec sleep 60\nweb: sleep 0.05\n", {.options = {"serve"}});
    app.expect("web.1");
    REQUIRE(eventually([&] { return app.process("web.1").at("restarts").to_number<long>() > 0; }));
    CHECK(app.states().size() == 1);
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
}

TEST_CASE("after starts a type once what it comes after is up", "[verbs]")
{
    app_under_test app(
        "web: exec sleep 60\ndb: exec sleep 60\n",
        {.options = {}, .files = {{"procd.toml", "[types.web]\nafter = [\"db\"]\n"}}});
    app.expect_states({{"db.1", "up"}, {"web.1", "up"}});
    app.expect("web.1  | started with pid");
    auto const out = app.output();
    CHECK(out.find("db.1") < out.find("web.1"));
    CHECK(app.ctl({"scale", "db=0"}).code == 0);
    app.expect_states({{"web.1", "up"}});
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
