#include "procfile/app_spec.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using kind = type_change::kind;
using changes = std::vector<type_change>;

namespace {

app_spec app(std::string const& procfile, std::string const& config = {},
             std::string const& env = {})
{
    app_files files;
    files.procfile = app_files::text{"Procfile", procfile};
    files.config = app_files::text{"procd.toml", config};
    files.env_files.push_back({".env", env});
    return merge(files).spec;
}

} // namespace

TEST_CASE("equal files differ in nothing, nor do moved lines", "[difference]")
{
    CHECK(difference(app("a: 1\nb: 2\n"), app("a: 1\nb: 2\n")).empty());
    CHECK(difference(app("a: 1\nb: 2\n"), app("# c\nb: 2\na: 1\n")).empty());
    CHECK(
        difference(app("a: 1\n", "", "A=1\nB=2\n"), app("a: 1\n", "", "B=2\nA=0\nA=1\n")).empty());
    CHECK(difference(app("a: 1\n", "[types.a]\ncount = 1"), app("a: 1\n", "[defaults]\ncount = 1"))
              .empty());
}

TEST_CASE("types come, go and change", "[difference]")
{
    CHECK(difference(app("a: 1\nb: 2\nc: 3\n"), app("d: 4\nb: 2\nc: 33\n")) ==
          changes{
              {kind::added, "d", {}}, {kind::changed, "c", {"command"}}, {kind::removed, "a", {}}});
}

TEST_CASE("the release phase is compared like a type", "[difference]")
{
    CHECK(difference(app("a: 1\n"), app("a: 1\nrelease: r\n")) ==
          changes{{kind::added, "release", {}}});
    CHECK(difference(app("a: 1\nrelease: r\n"), app("a: 1\nrelease: s\n")) ==
          changes{{kind::changed, "release", {"command"}}});
    CHECK(difference(app("a: 1\nrelease: r\n"), app("a: 1\n")) ==
          changes{{kind::removed, "release", {}}});
}

TEST_CASE("variables of the files concern every type, a type's own only it", "[difference]")
{
    CHECK(difference(app("a: 1\nb: 2\n", "", "A=1"), app("a: 1\nb: 2\n", "", "A=2")) ==
          changes{{kind::changed, "a", {"env"}}, {kind::changed, "b", {"env"}}});
    CHECK(difference(app("a: 1\nb: 2\n"), app("a: 1\nb: 2\n", "[types.a.env]\nA = \"1\"")) ==
          changes{{kind::changed, "a", {"env"}}});
    // A variable that the type's own `env` overrides has not changed for that type.
    std::string const own = "[types.a.env]\nA = \"1\"";
    CHECK(difference(app("a: 1\n", own, "A=2"), app("a: 1\n", own, "A=3")).empty());
    CHECK(difference(app("a: 1\n"), app("a: 1\n", "[app]\nenv_files_win = false")) ==
          changes{{kind::changed, "a", {"env"}}});
}

TEST_CASE("every setting is compared and named by its key", "[difference]")
{
    struct {
        char const* key;
        char const* value;
    } const cases[] = {
        {"count", "3"},
        {"stop_signal", "\"INT\""},
        {"stop_timeout", "\"3s\""},
        {"restart", "\"never\""},
        {"backoff", "{ first = \"1s\" }"},
        {"max_restarts", "3"},
        {"after", "[\"b\"]"},
        {"cpu", "0.5"},
        {"limits", "{ open_files = 64 }"},
        {"autoscale", "{ max = 3 }"},
        {"readiness", "{ tcp = true }"},
        {"liveness", "{ tcp = true }"},
        {"startup", "{ tcp = true }"},
        {"tty", "false"},
        {"watch", "[\"x\"]"},
        {"env", "{ A = \"1\" }"},
        {"cwd", "\"x\""},
        {"user", "\"x\""},
        {"umask", "\"077\""},
        {"rollout", "{ min_ready = \"1s\" }"},
        {"listen", "\":80\""},
        {"protocol", "\"tcp\""},
        {"share", "\"listen_fds\""},
        {"concurrency", "3"},
        {"queue", "3"},
        {"queue_timeout", "\"3s\""},
        {"hold", "\"3s\""},
        {"drain", "\"3s\""},
        {"hosts", "[\"x\"]"},
    };
    for (auto const& c : cases) {
        INFO(c.key);
        app_spec const after =
            app("a: 1\nb: 2\n", std::string{"[types.a]\n"} + c.key + " = " + c.value + "\n");
        CHECK(difference(app("a: 1\nb: 2\n"), after) == changes{{kind::changed, "a", {c.key}}});
    }
}

TEST_CASE("the tables of all types are compared as if they were types", "[difference]")
{
    struct {
        char const *table, *key, *value;
    } const cases[] = {
        {"[logs]", "directory", "\"log\""},
        {"[logs]", "max_size", "\"1M\""},
        {"[logs]", "keep", "2"},
        {"[logs]", "total", "\"2G\""},
        {"[autoscale]", "interval", "\"1s\""},
        {"[autoscale]", "window", "\"1s\""},
        {"[autoscale]", "tolerance", "0.2"},
        {"[autoscale]", "scale_up_delay", "\"1s\""},
        {"[autoscale]", "scale_down_delay", "\"1s\""},
        {"[front]", "user", "\"x\""},
        {"[front]", "trusted", "[]"},
        {"[front]", "access_log", "false"},
        {"[front]", "socket_mode", "\"0600\""},
        {"[front]", "socket_group", "\"x\""},
        {"[front]", "header_timeout", "\"1s\""},
        {"[front]", "idle_timeout", "\"1s\""},
        {"[front]", "response_timeout", "\"1s\""},
        {"[front]", "max_body", "\"1M\""},
        {"[front]", "error_page", "\"x\""},
    };
    for (auto const& c : cases) {
        INFO(c.table << ' ' << c.key);
        auto const after =
            app("a: 1\n", std::string{c.table} + '\n' + c.key + " = " + c.value + '\n');
        CHECK(difference(app("a: 1\n"), after) == changes{{kind::changed, c.table, {c.key}}});
        CHECK(difference(after, after).empty());
    }
}

TEST_CASE("sockets that the processes themselves get are named beside the settings of the router",
          "[difference]")
{
    auto const fields = [](std::string const& before, std::string const& after) {
        auto const found = difference(app("a: 1\n", "[types.a]\n" + before + '\n'),
                                      app("a: 1\n", "[types.a]\n" + after + '\n'));
        return found.empty() ? std::vector<std::string>{} : found.front().fields;
    };
    std::string const port = "listen = \"80\"\n", other = "listen = \"81\"\n";
    std::string const passed = "share = \"listen_fds\"\n";
    using names = std::vector<std::string>;
    CHECK(fields(port, other) == names{"listen"});
    CHECK(fields(port + passed, other + passed) == names{"listen", "listen_fds"});
    CHECK(fields(port, port + passed) == names{"share", "listen_fds"});
    CHECK(fields(port + passed, passed) == names{"listen", "listen_fds"});
    CHECK(fields("", passed) == names{"share"});
    CHECK(fields(port + passed, port + passed) == names{});
}
