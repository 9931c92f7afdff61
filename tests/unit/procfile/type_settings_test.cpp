#include "procfile/type_settings.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;
using std::chrono::seconds;

namespace {

// The settings of a type whose table has these keys.
type_settings web(std::string const& keys)
{
    parsed_config const parsed = parse_config("[types.web]\n" + keys + "\n", "procd.toml");
    INFO(keys);
    CHECK_FALSE(has_error(parsed.diagnostics));
    return parsed.value.of("web");
}

std::vector<std::string> errors(std::string const& keys)
{
    std::vector<std::string> messages;
    for (diagnostic const& d : parse_config("[types.web]\n" + keys + "\n", "f").diagnostics)
        if (d.level == severity::error)
            messages.push_back(d.message);
    return messages;
}

} // namespace

TEST_CASE("every key of a type is read", "[type_settings]")
{
    CHECK(web("count = 0").count == 0);
    CHECK(web("count = 10000").count == 10'000);
    CHECK(web("stop_signal = \"SIGINT\"").stop_signal == 2);
    CHECK(web("stop_timeout = \"0s\"").stop_timeout == milliseconds{0});
    CHECK(web("restart = \"always\"").restart == restart_policy::always);
    CHECK(web("restart = \"on-failure\"").restart == restart_policy::on_failure);
    CHECK(web("restart = \"never\"").restart == restart_policy::never);
    backoff_settings const none{milliseconds{0}, milliseconds{0}, milliseconds{0}, milliseconds{0}};
    CHECK(web("backoff = { first = \"0s\", initial = \"0s\", max = \"0s\", reset_after = \"0s\" }")
              .backoff == none);
    CHECK(web("backoff = { max = \"2m\" }").backoff ==
          backoff_settings{seconds{0}, seconds{1}, seconds{120}, seconds{60}});
    CHECK(web("max_restarts = 5").max_restarts == 5);
    CHECK(web("after = [\"db\", \"cache\"]").after == std::vector<std::string>{"db", "cache"});
    CHECK(web("cpu = 0").cpu == 0.0);
    CHECK(web("cpu = 2").cpu == 2.0);
    CHECK(web("limits = { cpu = 0.5, memory = \"1G\", open_files = 64 }").limits ==
          limit_settings{0.5, 1ull << 30, 64});
    CHECK(web("autoscale = { min = 2, max = 4, cpu_percent = 50 }").autoscale ==
          autoscale_settings{2, 4, 50});
    CHECK(web("autoscale = { max = 4 }").autoscale == autoscale_settings{1, 4, 75});
    CHECK(web("autoscale = { max = 4, concurrency = 10 }").autoscale ==
          autoscale_settings{1, 4, std::nullopt, 10});
    CHECK(web("autoscale = { concurrency = 10, max = 4, cpu_percent = 60 }").autoscale ==
          autoscale_settings{1, 4, 60, 10});
    CHECK(web("tty = false").tty == false);
    CHECK(web("watch = [\"a\", \"b/*\"]").watch == std::vector<std::string>{"a", "b/*"});
    CHECK(web("env = { A = \"1\", \"b.c\" = \"\" }").env ==
          std::map<std::string, std::string>{{"A", "1"}, {"b.c", ""}});
    CHECK(web("cwd = \"sub/dir\"").cwd == "sub/dir");
    CHECK(web("user = \"www-data\"").user == "www-data");
    CHECK(web("umask = \"022\"").umask == 022u);
    CHECK(web("umask = \"0077\"").umask == 077u);
    CHECK(web("umask = \"0\"").umask == 0u);
    CHECK(web("rollout = { min_ready = \"0s\", progress_deadline = \"5s\" }").rollout ==
          rollout_settings{std::nullopt, std::nullopt, milliseconds{0}, seconds{5}});
    auto const rollout = web("rollout = { surge = \"25%\", unavailable = 2 }").rollout;
    CHECK(rollout.surge == amount{25, amount::unit::percent});
    auto const widest = web("rollout = { surge = \"1000%\", unavailable = \"100%\" }").rollout;
    CHECK(widest.surge == amount{1'000, amount::unit::percent});
    CHECK(widest.unavailable == amount{100, amount::unit::percent});
    CHECK(rollout.unavailable == amount{2, amount::unit::processes});
    CHECK(web("readiness = { tcp = true }").readiness.has_value());
    CHECK(web("liveness = { tcp = true }").liveness.has_value());
    CHECK(web("startup = { tcp = true }").startup.has_value());
}

TEST_CASE("what a type says nothing of depends on the verb or the options", "[type_settings]")
{
    type_settings const s = web("");
    CHECK(s == type_settings{});
    CHECK(s.count == std::nullopt);
    CHECK(s.stop_timeout == std::nullopt);
    CHECK(s.restart == std::nullopt);
    CHECK(s.tty == std::nullopt);
    CHECK(s.stop_signal == 15);
}

TEST_CASE("what a type's key may not hold is refused", "[type_settings]")
{
    struct {
        char const* keys;
        char const* message;
    } const cases[] = {
        {"count = -1", "count' must be between 0 and 10000"},
        {"count = 10001", "count' must be between 0 and 10000"},
        {"count = 1.5", "count' must be an integer, not a number with a fraction"},
        {"stop_signal = 15", "stop_signal' must be a signal such as \"TERM\", not an integer"},
        {"stop_signal = \"TREM\"",
         "stop_signal' must be a signal such as \"TERM\" (did you mean 'TERM'?)"},
        {"stop_signal = \"SIGKIL\"",
         "stop_signal' must be a signal such as \"TERM\" (did you mean 'KILL'?)"},
        {"stop_signal = \"STOPPING\"", "stop_signal' must be a signal such as \"TERM\""},
        {"stop_timeout = \"10\"",
         "stop_timeout' must be a duration such as \"30s\" (units: ms, s, m, h)"},
        {"restart = \"allways\"",
         "restart' must be \"always\", \"on-failure\" or \"never\" (did you "
         "mean 'always'?)"},
        {"restart = \"no\"", "restart' must be \"always\", \"on-failure\" or \"never\""},
        {"restart = true", "restart' must be a string, not true or false"},
        {"backoff = { max = \"500ms\" }", "backoff' max must not be smaller than initial"},
        {"backoff = \"1s\"", "backoff' must be a table, not a string"},
        {"max_restarts = -1", "max_restarts' must be 0 or more"},
        {"after = \"db\"", "after' must be an array of strings, not a string"},
        {"after = [\"a b\"]", "after' must be an array of process types"},
        {"cpu = -0.1", "cpu' must be between 0 and 10000"},
        {"cpu = inf", "cpu' must be between 0 and 10000"},
        {"limits = { cpu = 0 }", "limits.cpu' must be more than 0"},
        {"limits = { memory = \"0\" }", "limits.memory' must not be 0"},
        {"limits = { open_files = 0 }", "limits.open_files' must be 1 or more"},
        {"autoscale = { min = 0, max = 2 }", "autoscale.min' must be between 1 and 10000"},
        {"autoscale = { min = 3, max = 2 }", "autoscale' max must not be smaller than min"},
        {"autoscale = { min = 3 }", "autoscale' needs max"},
        {"autoscale = { max = 3, concurrency = 0 }", "autoscale.concurrency' must be 1 or more"},
        {"autoscale = true", "autoscale' must be a table, not true or false"},
        {"tty = \"yes\"", "tty' must be true or false, not a string"},
        {"watch = [[]]", "watch' must be a string, not an array"},
        {"env = { A = 1 }", "env.A' must be a string, not an integer"},
        {"env = { \"A B\" = \"x\" }", "env.A B' is no name of a variable"},
        {"env = { A = \"\\u0000\" }", "env.A' must not have a NUL byte"},
        {"env = [\"A=1\"]", "env' must be a table, not an array"},
        {"cwd = \"\"", "cwd' must not be empty"},
        {"user = 0", "user' must be a string, not an integer"},
        {"umask = \"8\"", "umask' must be octal digits such as \"022\""},
        {"umask = \"1777\"", "umask' must be octal digits such as \"022\""},
        {"umask = 18", "umask' must be a string, not an integer"},
        {"rollout = { progress_deadline = \"0s\" }",
         "rollout.progress_deadline' must be 1ms or more"},
        {"rollout = { surge = -1 }", "rollout.surge' must be between 0 and 10000"},
        {"rollout = { unavailable = \"a few\" }",
         "rollout.unavailable' must be a number of processes, or a percentage such as \"25%\""},
        {"rollout = { surge = \"25\" }",
         "rollout.surge' must be a number of processes, or a percentage such as \"25%\"; write 25 "
         "without quotes, or \"25%\""},
        {"rollout = { unavailable = \"-1%\" }",
         "rollout.unavailable' must be a number of processes, or a percentage such as \"25%\""},
        {"rollout = { unavailable = \"101%\" }", "rollout.unavailable' must be \"100%\" or less"},
        {"rollout = { surge = \"1001%\" }", "rollout.surge' must be \"1000%\" or less"},
        {"rollout = { surge = 1.5 }",
         "rollout.surge' must be a number of processes, or a percentage such as \"25%\", not a "
         "number with a fraction"},
    };
    for (auto const& c : cases) {
        INFO(c.keys);
        CHECK(errors(c.keys) == std::vector<std::string>{std::string{"'types.web."} + c.message});
    }
}

TEST_CASE("a wrong word shows its line and the nearest word", "[type_settings]")
{
    std::string_view const text = "[types.web]\nrestart = \"on_failure\"\n";
    CHECK(rendered(parse_config(text, "procd.toml").diagnostics, text) ==
          "procd.toml:2:11: error: 'types.web.restart' must be \"always\", \"on-failure\" or "
          "\"never\" (did you mean 'on-failure'?)\n"
          "    restart = \"on_failure\"\n"
          "              ^\n");
}

TEST_CASE("every fault of a table is reported, not only the first", "[type_settings]")
{
    CHECK(errors("count = -1\ntty = 1\nnope = 2").size() == 3);
    CHECK(errors("backoff = { first = 1, initial = 2 }").size() == 2);
}

TEST_CASE("a memory limit in bare bytes is taken, with a warning", "[type_settings]")
{
    std::string_view const text = "[types.web]\nlimits = { memory = \"100\" }\n";
    auto const parsed = parse_config(text, "procd.toml");
    CHECK(parsed.value.types.at("web").limits.memory == 100u);
    CHECK(rendered(parsed.diagnostics, text) ==
          "procd.toml:2:21: warning: 'types.web.limits.memory' is 100 bytes, and no process starts "
          "with less than 1M; for megabytes write 100M\n"
          "    limits = { memory = \"100\" }\n"
          "                        ^\n");
}
