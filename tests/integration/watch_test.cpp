// Changes of files: `watch`, and up --watch.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace test;

namespace {

namespace fs = std::filesystem;

auto const quick = std::string("[defaults]\nrollout = { min_ready = \"0s\" }\n");
auto const procfile = "web: echo up; exec sleep 60\nworker: exec sleep 60\n";

std::string restart_lines(app_under_test const& app)
{
    std::string found;
    std::string const marker = "| ", wanted = ": restarting ";
    auto const text = app.output();
    for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
        auto const begin = text.rfind(marker, at) + marker.size();
        found += text.substr(begin, text.find_first_of("\r\n", at) - begin) + '\n';
    }
    return found;
}

// Expects so many starts so far, and all of these processes up: a change that came before a start
// causes no second one.
void started(app_under_test& app, std::size_t times, std::map<std::string, std::string> const& up)
{
    REQUIRE(eventually([&] {
        std::size_t seen = 0;
        auto const text = app.output();
        for (std::size_t at = text.find("started with pid"); at != text.npos;
             at = text.find("started with pid", at + 1))
            ++seen;
        return seen >= times;
    }));
    app.expect_states(up);
}

int pid_of(app_under_test& app, std::string const& name)
{
    auto const process = app.process(name);
    return process.at("pid").is_null() ? -1 : process.at("pid").to_number<int>();
}

// Stops procd while `work` runs, so that it sees all changes at once, however slow the machine is.
template <class Work>
void while_stopped(app_under_test& app, Work work)
{
    app.signal(SIGSTOP);
    work();
    app.signal(SIGCONT);
}

} // namespace

TEST_CASE("a change of a watched file restarts its type, once however many files", "[watch]")
{
    auto const config = quick + "[types.web]\nwatch = [\"src/**/*.rb\", \"!gen\"]\n";
    app_under_test app(procfile, {.options = {"-m", "web=2,worker=1"},
                                  .files = {{"procd.toml", config}, {"src/a.rb", "1"}}});
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});
    auto const web = pid_of(app, "web.1"), worker = pid_of(app, "worker.1");

    app.write("src/a.rb", "2");
    app.expect("src/a.rb changed: restarting web");
    REQUIRE(eventually([&] { return pid_of(app, "web.1") > 0 && pid_of(app, "web.1") != web; }));
    CHECK(pid_of(app, "worker.1") == worker);
    app.expect_states({{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});

    while_stopped(app, [&] {
        for (int i = 0; i < 500; ++i) {
            auto const directory = app.file("src/d" + std::to_string(i % 7) + "/e");
            fs::create_directories(directory);
            std::ofstream(directory + "/f" + std::to_string(i) + ".rb") << i;
        }
    });
    app.expect("src/d0/e/f0.rb and 499 more files changed: restarting web");
    started(app, 7, {{"web.1", "up"}, {"web.2", "up"}, {"worker.1", "up"}});

    while_stopped(app, [&] { // only the last change counts
        fs::create_directories(app.file("src/gen"));
        for (auto const* name : {"src/gen/x.rb", "src/.#a.rb", "src/notes.txt", "other.rb"})
            std::ofstream(app.file(name)) << "x";
        fs::permissions(app.file("src/d0"), fs::perms::owner_all);
        std::ofstream(app.file("src/swap.rb.new")) << "3";
        fs::rename(app.file("src/swap.rb.new"), app.file("src/a.rb")); // as editors save
    });
    REQUIRE(eventually([&] {
        return restart_lines(app) == "src/a.rb changed: restarting web\n"
                                     "src/d0/e/f0.rb and 499 more files changed: restarting web\n"
                                     "src/a.rb changed: restarting web\n";
    }));
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
    CHECK(app.processes().empty());
}

TEST_CASE("a directory that is not there yet is waited for, one that goes is noticed", "[watch]")
{
    auto const config = quick + "[types.web]\nwatch = [\"lib\"]\n";
    app_under_test app(procfile, {.options = {"serve"}, .files = {{"procd.toml", config}}});
    app.expect("web: nothing that `watch` names is there yet");
    app.expect_states({{"web.1", "up"}});
    while_stopped(app, [&] {
        fs::create_directories(app.file("lib/x"));
        std::ofstream(app.file("lib/x/a")) << "x";
    });
    app.expect("lib/x/a changed: restarting web");
    started(app, 2, {{"web.1", "up"}});
    app.write("lib/x/b", "x");
    app.expect("lib/x/b changed: restarting web");
    started(app, 3, {{"web.1", "up"}});
    while_stopped(app, [&] { fs::remove_all(app.file("lib")); });
    app.expect("lib/x/a and 1 more file changed: restarting web");
    started(app, 4, {{"web.1", "up"}});
    while_stopped(app, [&] {
        fs::create_directories(app.file("lib"));
        std::ofstream(app.file("lib/c")) << "x";
    });
    app.expect("lib/c changed: restarting web");
}

TEST_CASE("a crashing process is tried again when a watched file changes", "[watch]")
{
    auto const config = quick + "[types.web]\nwatch = [\"ok\"]\nmax_restarts = 1\n"
                                "backoff = { initial = \"1h\", max = \"1h\" }\n";
    app_under_test app("web: test -e ok || exit 1; exec sleep 60\n",
                       {.options = {}, .files = {{"procd.toml", config}}});
    app.expect("every process has ended; a change of a watched file starts them again");
    app.expect_states({{"web.1", "crashed"}});
    app.write("ok", "");
    app.expect("ok changed: restarting web");
    app.expect_states({{"web.1", "up"}});
    app.signal(SIGINT);
    CHECK(app.wait() == 0);
}

TEST_CASE("what procd writes itself is never a change", "[watch]")
{
    auto const config =
        quick + "[types.web]\nwatch = [\"**/*\", \".procd/**\"]\n[logs]\ndirectory = \"log\"\n";
    app_under_test app("web: while :; do echo line; sleep 0.01; done\n",
                       {.options = {"serve"}, .files = {{"procd.toml", config}, {"a", "1"}}});
    app.expect_states({{"web.1", "up"}});
    REQUIRE(eventually([&] { return fs::exists(app.file("log/web.1.log")); }));
    REQUIRE(app.ctl({"scale", "web=2"}).code == 0); // writes the kept state
    app.write("a", "2");
    app.expect("a changed: restarting web");
    CHECK(restart_lines(app) == "a changed: restarting web\n");
}

TEST_CASE("a directory that was replaced is watched as the one before", "[watch]")
{
    std::string const replaced = GENERATE("src", "src/d");
    auto const config = quick + "[types.web]\nwatch = [\"src/**/*.rb\"]\n";
    app_under_test app(
        procfile, {.options = {"serve"}, .files = {{"procd.toml", config}, {"src/d/a.rb", "1"}}});
    app.expect_states({{"web.1", "up"}});
    while_stopped(app, [&] {
        fs::remove_all(app.file(replaced));
        fs::create_directories(app.file("src/d"));
        std::ofstream(app.file("src/d/a.rb")) << "22";
    });
    app.expect("src/d/a.rb changed: restarting web");
    started(app, 2, {{"web.1", "up"}});
    app.write("src/d/b.rb", "x");
    app.expect("src/d/b.rb changed: restarting web");
}

TEST_CASE("procd's own directories are left out by whatever path, and a reload loses no change",
          "[watch]")
{
    auto const logs = std::string("[logs]\ndirectory = \"log\"\n");
    app_under_test app("web: while :; do echo line; sleep 0.01; done\nworker: exec sleep 60\n",
                       {.options = {"serve", "-m", "web=1,worker=1"},
                        .files = {{"procd.toml", quick + logs}, {"a", "1"}}});
    app.expect_states({{"web.1", "up"}, {"worker.1", "up"}});
    auto const whole = "watch = [\"" + app.root() + "/**\", \"!procd.toml*\"]\n";
    app.write("procd.toml", quick + logs + "[types.web]\n" + whole);
    REQUIRE(app.ctl({"reload"}).code == 0);
    REQUIRE(eventually([&] { return fs::exists(app.file("log/web.1.log")); }));
    while_stopped(app, [&] { std::ofstream(app.file("a")) << "22"; });
    app.expect(app.file("a") + " changed: restarting web");
    started(app, 3, {{"web.1", "up"}, {"worker.1", "up"}});

    while_stopped(app, [&] { // both changes come together, and the reload changes the watch
        std::ofstream(app.file("b")) << "22";
        std::ofstream(app.file("procd.toml")) << quick << logs << "[types.web]\n"
                                              << whole << "[types.worker]\nwatch = [\"c\"]\n";
        app.signal(SIGHUP);
    });
    app.expect(app.file("b") + " changed: restarting web");
    started(app, 4, {{"web.1", "up"}, {"worker.1", "up"}});
    CHECK(restart_lines(app) == app.file("a") + " changed: restarting web\n" + app.file("b") +
                                    " changed: restarting web\n");
}

TEST_CASE("up --watch reloads when the Procfile, an env file or procd.toml changes", "[watch]")
{
    app_under_test app("web: echo \"$A\"; exec sleep 60\n",
                       {.options = {"--watch"}, .files = {{"procd.toml", quick}}});
    app.expect_states({{"web.1", "up"}});
    app.write(".env", "A=now-there\n"); // it was not there at the start
    app.expect(".env changed: reloading");
    app.expect("v2: web: env");
    app.expect("now-there");
    app.expect("v2 is up");

    app.write("procd.toml", quick + "[types.web]\nwacth = [\"x\"]\n");
    app.expect("procd.toml changed: reloading");
    app.expect("reload: there are errors in the files; everything stays as it is");
    app.expect("procd.toml:4:1: error: unknown key 'wacth' in [types.web] (did you mean "
               "'watch'?)");
    app.write("procd.toml", quick + "[types.web]\nwatch = [\"x\"]\n");
    app.expect("web: watch; no process has to be replaced for that");
    // procd reads so few directories before it answers this later request.
    REQUIRE(app.ctl({"ps"}).code == 0);
    app.write("x", "");
    app.expect("x changed: restarting web");

    app.write("Procfile", "web: echo other; exec sleep 60\nextra: exec sleep 60\n");
    app.expect("Procfile changed: reloading");
    app.expect("v3: web: command; extra: added");
    app.expect("v3 is up");
}

TEST_CASE("serve has no --watch", "[watch]")
{
    tests::temp_dir const dir;
    auto const refused = run({PROCD, "serve", "--watch"}, dir.path());
    CHECK(refused.code == 2);
    CHECK(refused.err.find("--watch") != std::string::npos);
}
