#include "procfile/config.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;

namespace {

std::string findings_in(std::string_view text)
{
    return rendered(parse_config(text, "procd.toml").diagnostics, text);
}

// A procd.toml that has every key.
constexpr std::string_view everything = R"toml([app]
name = "shop"
port = 6000
env_files = [".env", ".env.local"]
env_files_win = false

[defaults]
stop_timeout = "20s"

[types.web]
count = 2
stop_signal = "INT"
stop_timeout = "10s"
restart = "always"
backoff = { first = "1s", initial = "2s", max = "30s", reset_after = "90s" }
max_restarts = 3
after = ["db"]
cpu = 0.5
limits = { cpu = 1.0, memory = "512M", open_files = 4096 }
autoscale = { min = 1, max = 8, cpu_percent = 80 }
readiness = { http = "/healthz", initial_delay = "1s", period = "2s", timeout = "3s", success = 2, failure = 4 }
liveness = { tcp = true, period = "10s", timeout = "1s", failure = 3 }
startup = { exec = "bin/ready", period = "1s", failure = 30 }
tty = true
watch = ["src/**/*.rb"]
env = { RAILS_LOG_TO_STDOUT = "1" }
cwd = "backend"
user = "www-data"
umask = "022"
rollout = { min_ready = "2s", progress_deadline = "30s" }
listen = ["0.0.0.0:8080", "unix:/run/shop/web.sock"]
protocol = "http"
share = "proxy"
concurrency = 4
queue = 50
queue_timeout = "20s"
hold = "3s"
drain = "15s"
hosts = ["shop.example"]

[logs]
directory = "log"
max_size = "20M"
keep = 7
total = "2G"

[autoscale]
interval = "10s"
window = "20s"
tolerance = 0.2
scale_up_delay = "1m"
scale_down_delay = "2m"

[front]
user = "www-data"
trusted = ["10.0.0.0/8"]
access_log = false
socket_mode = "0600"
socket_group = "deploy"
header_timeout = "5s"
idle_timeout = "30s"
response_timeout = "40s"
max_body = "10M"
error_page = "public/503.html"

[control]
group = "deploy"

[metrics]
listen = "127.0.0.1:9394"

[hooks]
on_event = ["bin/notify"]
)toml";

} // namespace

TEST_CASE("no file is all defaults", "[config]")
{
    parsed_config const parsed = parse_config("", "procd.toml");
    CHECK(parsed.diagnostics.empty());
    CHECK(parsed.value.name == std::nullopt);
    CHECK(parsed.value.port == std::nullopt);
    CHECK(parsed.value.env_files == std::nullopt);
    CHECK(parsed.value.env_files_win);
    CHECK(parsed.value.defaults == type_settings{});
    CHECK(parsed.value.types.empty());
    CHECK(parsed.value.of("web") == type_settings{});
    CHECK(parsed.value.logs == log_settings{});
    CHECK(parsed.value.autoscale == autoscaler_settings{});
    CHECK(parsed.value.front == router_settings{});
}

TEST_CASE("the app's, logs' and later tables are read", "[config]")
{
    parsed_config const parsed = parse_config(everything, "procd.toml");
    CHECK_FALSE(has_error(parsed.diagnostics));
    config const& c = parsed.value;
    CHECK(c.name == "shop");
    CHECK(c.port == 6000);
    CHECK(c.env_files == std::vector<std::string>{".env", ".env.local"});
    CHECK_FALSE(c.env_files_win);
    CHECK(c.logs == log_settings{"log", 20u << 20, 7, 2ull << 30});
    using std::chrono::minutes;
    using std::chrono::seconds;
    CHECK(c.autoscale ==
          autoscaler_settings{seconds{10}, seconds{20}, 0.2, minutes{1}, minutes{2}});
    router_settings front;
    front.user = "www-data";
    front.trusted = {*parse_network("10.0.0.0/8")};
    front.access_log = false;
    front.socket_mode = 0600;
    front.socket_group = "deploy";
    front.header_timeout = seconds{5};
    front.idle_timeout = seconds{30};
    front.response_timeout = seconds{40};
    front.max_body = 10u << 20;
    front.error_page = "public/503.html";
    CHECK(c.front == front);
    CHECK(c.control_group == "deploy");
    CHECK(c.metrics_listen == "127.0.0.1:9394");
    CHECK(c.on_event == std::vector<std::string>{"bin/notify"});
}

TEST_CASE("keys that have no effect yet are said, once each and in order", "[config]")
{
    std::string noted;
    for (diagnostic const& d : parse_config(everything, "procd.toml").diagnostics) {
        CHECK(d.level == severity::note);
        std::string const rest = "' is accepted, but has no effect in this version";
        REQUIRE(d.message.size() > rest.size());
        CHECK(d.message.substr(d.message.size() - rest.size()) == rest);
        noted += std::to_string(d.line) + ":" + std::to_string(d.column) + " " +
                 d.message.substr(1, d.message.size() - rest.size() - 1) + "\n";
    }
    auto const rule = "[types.web]\nautoscale = { max = 4, concurrency = 10 }\n";
    CHECK(parse_config(rule, "procd.toml").diagnostics.empty()); // it has an effect
    CHECK(noted == "67:1 control.group\n"
                   "69:2 metrics\n"
                   "72:2 hooks\n");
}

TEST_CASE("a type starts from [defaults], wherever they stand", "[config]")
{
    config const c = parse_config("[types.web]\n"
                                  "stop_timeout = \"1s\"\n"
                                  "backoff = { max = \"5s\" }\n"
                                  "env = { B = \"web\" }\n"
                                  "[types.db]\n"
                                  "[defaults]\n"
                                  "stop_timeout = \"2s\"\n"
                                  "max_restarts = 4\n"
                                  "backoff = { initial = \"3s\" }\n"
                                  "env = { A = \"all\", B = \"all\" }\n",
                                  "f")
                         .value;
    CHECK(c.of("web").stop_timeout == milliseconds{1'000});
    CHECK(c.of("web").max_restarts == 4);
    CHECK(c.of("web").backoff.initial == milliseconds{3'000});
    CHECK(c.of("web").backoff.max == milliseconds{5'000});
    CHECK(c.of("web").env == std::map<std::string, std::string>{{"A", "all"}, {"B", "web"}});
    CHECK(c.of("db") == c.defaults);
    CHECK(c.of("no such type") == c.defaults);
    CHECK(c.defaults.env.at("B") == "all");
}

TEST_CASE("keys are remembered by their place", "[config]")
{
    config const c =
        parse_config("[types.web]\nafter = [\"db\"]\n[app]\nname = \"x\"\n", "f").value;
    CHECK(c.places.at("types.web") == position{1, 8});
    CHECK(c.places.at("types.web.after") == position{2, 9});
    CHECK(c.places.at("app.name") == position{4, 8});
    CHECK(c.places.count("types.db") == 0);
}

TEST_CASE("an unknown key is an error with the nearest one, or with those that are known",
          "[config]")
{
    CHECK(findings_in("[types.web]\ncont = 2\n") ==
          "procd.toml:2:1: error: unknown key 'cont' in [types.web] (did you mean 'count'?)\n"
          "    cont = 2\n"
          "    ^\n");
    CHECK(findings_in("[typs.web]\n") ==
          "procd.toml:1:2: error: unknown key 'typs' (did you mean 'types'?)\n"
          "    [typs.web]\n"
          "     ^\n");
    CHECK(findings_in("[types.web]\nbackoff = { frist = \"1s\" }\n") ==
          "procd.toml:2:13: error: unknown key 'frist' in [types.web.backoff] (did you mean "
          "'first'?)\n"
          "    backoff = { frist = \"1s\" }\n"
          "                ^\n");
    CHECK(findings_in("colour = true\n") ==
          "procd.toml:1:1: error: unknown key 'colour'; known there: app, defaults, "
          "types, logs, autoscale, front, control, metrics, hooks\n"
          "    colour = true\n"
          "    ^\n");
    CHECK(findings_in("[app]\nPort = 1\n") ==
          "procd.toml:2:1: error: unknown key 'Port' in [app] (did you mean 'port'?)\n"
          "    Port = 1\n"
          "    ^\n");
    CHECK(findings_in("[defaults]\nuser_name = 1\n") ==
          "procd.toml:2:1: error: unknown key 'user_name' in [defaults]; known there: "
          "count, stop_signal, stop_timeout, restart, backoff, max_restarts, after, cpu, limits, "
          "autoscale, readiness, liveness, startup, tty, watch, env, cwd, user, umask, rollout, "
          "listen, protocol, share, concurrency, queue, queue_timeout, hold, drain, hosts\n"
          "    user_name = 1\n"
          "    ^\n");
}

TEST_CASE("a value of the wrong kind or out of range is an error at the value", "[config]")
{
    CHECK(findings_in("[app]\nport = \"5000\"\n") ==
          "procd.toml:2:8: error: 'app.port' must be an integer, not a string\n"
          "    port = \"5000\"\n"
          "           ^\n");
    CHECK(findings_in("app = 1\n") ==
          "procd.toml:1:7: error: 'app' must be a table, not an integer\n"
          "    app = 1\n"
          "          ^\n");
    struct {
        char const* text;
        char const* message;
    } const cases[] = {
        {"[app]\nport = 0", "'app.port' must be between 1 and 65535"},
        {"[app]\nport = 65536", "'app.port' must be between 1 and 65535"},
        {"[app]\nname = \"-x\"", "'app.name' must be at most 63 letters, digits, '_', '.' and '-', "
                                 "a letter or digit first"},
        {"[app]\nname = \"\"", "'app.name' must not be empty"},
        {"[app]\nenv_files = \".env\"",
         "'app.env_files' must be an array of strings, not a string"},
        {"[app]\nenv_files = [1]", "'app.env_files' must be a string, not an integer"},
        {"[app]\nenv_files = [\"a\\u0000b\"]", "'app.env_files' must not have a NUL byte"},
        {"[app]\nenv_files_win = 1", "'app.env_files_win' must be true or false, not an integer"},
        {"[logs]\nmax_size = 10", "'logs.max_size' must be a size such as \"512M\" (units: K, M, "
                                  "G), not an integer"},
        {"[logs]\nmax_size = \"10MB\"",
         "'logs.max_size' must be a size such as \"512M\" (units: K, M, G)"},
        {"[logs]\ntotal = \"0\"", "'logs.total' must not be 0"},
        {"[logs]\nkeep = -1", "'logs.keep' must be between 0 and 1000"},
        {"[autoscale]\ntolerance = 1.5", "'autoscale.tolerance' must be between 0 and 1"},
        {"[autoscale]\ntolerance = nan", "'autoscale.tolerance' must be between 0 and 1"},
        {"[autoscale]\ntolerance = \"x\"", "'autoscale.tolerance' must be a number, not a string"},
        {"[autoscale]\nwindow = \"0s\"", "'autoscale.window' must be 1ms or more"},
        {"[autoscale]\ninterval = 5", "'autoscale.interval' must be a duration such as \"30s\" "
                                      "(units: ms, s, m, h), not an integer"},
        {"[autoscale]\ninterval = \"5\"",
         "'autoscale.interval' must be a duration such as \"30s\" (units: ms, s, m, h)"},
        {"[control]\ngroup = 7", "'control.group' must be a string, not an integer"},
        {"[metrics]\nlisten = \"9394\"",
         "'metrics.listen' must be an address such as \"127.0.0.1:9394\""},
        {"[hooks]\non_event = []", "'hooks.on_event' must not be empty"},
        {"[hooks]\non_event = \"x\"", "'hooks.on_event' must be an array of strings, not a string"},
        {"types = 2026-11-23", "'types' must be a table, not a date or time"},
        {"[types]\nweb = 1", "'types.web' must be a table, not an integer"},
        {"defaults = []", "'defaults' must be a table, not an array"},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        std::vector<std::string> errors;
        for (diagnostic const& d : parse_config(c.text, "f").diagnostics)
            if (d.level == severity::error)
                errors.push_back(d.message);
        CHECK(errors == std::vector<std::string>{c.message});
    }
}

TEST_CASE("what could not be read leaves the default", "[config]")
{
    config const c =
        parse_config("[app]\nport = 0\nname = \"good\"\n[logs]\nkeep = \"x\"\n", "f").value;
    CHECK(c.port == std::nullopt);
    CHECK(c.name == "good");
    CHECK(c.logs.keep == log_settings{}.keep);
}

TEST_CASE("findings stand in the file's order", "[config]")
{
    std::vector<unsigned> lines;
    for (diagnostic const& d :
         parse_config("x = 1\n[types.web]\ncont = 1\n[defaults]\ncont = 1\n[app]\ny = 1\n", "f")
             .diagnostics)
        lines.push_back(d.line);
    CHECK(lines == std::vector<unsigned>{1, 3, 5, 7});
}

TEST_CASE("values of variables are never shown", "[config]")
{
    for (std::string const text : {
             "[types.web.env]\nA = [\"s3cret\"]\n",
             "[types.web]\nenv = { A = \"s3cret\", B = 2 }\n",
             "[types]\nweb = { env = { A = \"s3cret\" }, cont = 2 }\n",
             "[types.web.env]\n\"a b\" = \"s3cret\"\n",
         }) {
        INFO(text);
        std::string const shown = findings_in(text);
        CHECK(shown.find("error") != std::string::npos);
        CHECK(shown.find("s3cret") == std::string::npos);
    }
    CHECK(findings_in("[app]\nenv_files = 1\n") ==
          "procd.toml:2:13: error: 'app.env_files' must be an array of strings, not an integer\n"
          "    env_files = 1\n"
          "                ^\n");
}
