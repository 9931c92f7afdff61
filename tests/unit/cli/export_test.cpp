#include "supervisor/cli/export.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd;

TEST_CASE("words are quoted for systemd's command line", "[export]")
{
    CHECK(procd::cli::systemd_quoted("plain") == "\"plain\"");
    CHECK(procd::cli::systemd_quoted("two words") == "\"two words\"");
    CHECK(procd::cli::systemd_quoted("100%") == "\"100%%\"");
    CHECK(procd::cli::systemd_quoted("$HOME") == "\"$$HOME\"");
    CHECK(procd::cli::systemd_quoted("a\"b\\c") == "\"a\\\"b\\\\c\"");
    CHECK(procd::cli::systemd_quoted("a\nb") == "\"a\\x0ab\"");
    CHECK(procd::cli::systemd_quoted("a\r\x1b\x7f") == "\"a\\x0d\\x1b\\x7f\"");
    CHECK(procd::cli::systemd_quoted("\xc3\xa9\xc2\x85\xff") == "\"\xc3\xa9\\xc2\\x85\\xff\"");
    CHECK(procd::cli::systemd_program("/opt/a$b%/procd") == "\"/opt/a$b%%/procd\"");
}

TEST_CASE("a wrong target is named, with those that export knows", "[export]")
{
    using procd::cli::wrong_target;
    std::string const all = "procd export systemd, caddy, nginx or haproxy";
    for (auto const* const target : {"systemd", "caddy", "nginx", "haproxy"})
        CHECK(wrong_target({target}).empty());
    CHECK(wrong_target({}) == "say for what: " + all);
    CHECK(wrong_target({"apache"}) == "nothing is known for 'apache'; there are " + all);
    CHECK(wrong_target({"ngnix"}) ==
          "nothing is known for 'ngnix' (did you mean 'nginx'?); there are " + all);
    CHECK(wrong_target({"nginx", "web"}) == "no word is expected behind 'nginx': 'web'");
}

TEST_CASE("the unit runs the app as it was asked for, and says nothing of its variables",
          "[export]")
{
    procd::app::application what;
    what.name = "shop";
    what.root = "/srv/my shop 50%";
    what.spec.env.push_back({"SECRET", "hunter2", 1});
    procfile::type_spec slow;
    slow.name = "web";
    slow.settings.stop_timeout = std::chrono::seconds(90);
    what.spec.types.push_back(slow);
    procd::app::options given;
    given.formation = "web=2,worker=1";
    given.env_files = {"/etc/shop.env"};
    auto const unit = procd::cli::systemd_unit(given, what, {"/usr/bin/procd", "deploy", ""});
    INFO(unit);
    CHECK(unit.find("ExecStart=\"/usr/bin/procd\" serve --no-timestamps -a \"shop\" -d \"/srv/my "
                    "shop 50%%\" -e "
                    "\"/etc/shop.env\" -m \"web=2,worker=1\"\n") != std::string::npos);
    CHECK(unit.find("WorkingDirectory=/srv/my shop 50%%\n") != std::string::npos);
    CHECK(unit.find("User=deploy\n") != std::string::npos);
    CHECK(unit.find("TimeoutStopSec=105s\n") != std::string::npos);
    for (auto const* line : {"Type=notify", "KillMode=mixed", "Delegate=yes", "OOMPolicy=continue",
                             "StateDirectory=procd/shop", "RuntimeDirectory=procd/shop"})
        CHECK(unit.find(std::string(line) + "\n") != std::string::npos);
    CHECK(unit.find("ExecReload=\"/usr/bin/procctl\" -q -s %t/procd/shop/procd.sock reload\n") !=
          std::string::npos);
    CHECK(unit.find("WantedBy=multi-user.target\n") != std::string::npos);
    CHECK(unit.find("hunter2") == std::string::npos);
    CHECK(unit.find("SECRET") == std::string::npos);

    what.started_as = procd::app::verb::serve;
    CHECK(unit.find("AmbientCapabilities=\n") != std::string::npos);
    CHECK(unit.find("PrivateTmp=yes\n") != std::string::npos);
    for (char const* text : {"0.0.0.0:80", "unix:/tmp/web.sock"})
        what.spec.types.back().settings.front.listen.push_back(
            procfile::parse_listen_address(text)->front());
    given.listen = {"8080", "web=unix:/run/a b"};
    auto const fronted = procd::cli::systemd_unit(given, what, {"/usr/bin/procd", "deploy", ""});
    CHECK(fronted.find("TimeoutStopSec=115s\n") != std::string::npos); // 10 s more for the drain
    CHECK(fronted.find("AmbientCapabilities=CAP_NET_BIND_SERVICE\n") != std::string::npos);
    CHECK(fronted.find("PrivateTmp") == std::string::npos); // clients have to see the socket
    CHECK(fronted.find(" --listen \"8080\" --listen \"web=unix:/run/a b\"") != std::string::npos);

    given.user_unit = true; // a manager of a user has no User= and none of the system's targets
    auto const own = procd::cli::systemd_unit(given, what, {"/usr/bin/procd", "deploy", ""});
    CHECK(own.find("User=") == std::string::npos);
    CHECK(own.find("After=") == std::string::npos);
    CHECK(own.find("WantedBy=default.target\n") != std::string::npos);
    CHECK(own.find("NoNewPrivileges=yes\n") != std::string::npos);
    CHECK(own.find("Protect") == own.find("ProtectControlGroups= is not")); // not in its power
}

namespace {

bool has_line(std::string const& text, std::string const& line)
{
    return text.starts_with(line + '\n') || text.find('\n' + line + '\n') != std::string::npos;
}

} // namespace

TEST_CASE("the unit keeps every option of serve", "[export]")
{
    procd::app::application what;
    what.name = "shop";
    what.root = "/srv/shop";
    procd::app::options given;
    given.socket = "/run/shop.sock";
    given.log_format = "json";
    given.log_level = "debug";
    given.exit_on = "failure";
    given.color = "always";
    given.restart = "never";
    auto const unit = procd::cli::systemd_unit(given, what, {"/usr/bin/procd", "", ""});
    INFO(unit);
    CHECK(has_line(unit, "ExecStart=\"/usr/bin/procd\" serve --no-timestamps -a \"shop\" -d "
                         "\"/srv/shop\" --restart \"never\" -s \"/run/shop.sock\" --exit-on "
                         "\"failure\" --log-format \"json\" --log-level \"debug\" --color "
                         "\"always\""));
    CHECK(has_line(unit, "ExecReload=\"/usr/bin/procctl\" -q -s \"/run/shop.sock\" reload"));
    CHECK(has_line(unit, "TimeoutStartSec=infinity"));
    CHECK(has_line(unit, "RestartSec=5s"));
    CHECK(unit.find("StartLimitIntervalSec=0\n") < unit.find("[Service]"));
}

TEST_CASE("a root whose name cannot stand in a line adds no directive", "[export]")
{
    procd::app::application what;
    what.name = "shop";
    for (auto const* root :
         {"/srv/a\nExecStartPre=/bin/evil", "/srv/a\rb", "/srv/a\x7f", "/srv/a\\", "/srv/a "}) {
        what.root = root;
        auto const unit = procd::cli::systemd_unit({}, what, {"/usr/bin/procd", "", ""});
        INFO(unit);
        CHECK(unit.find("WorkingDirectory=") == std::string::npos);
        CHECK(unit.find("\nExecStartPre") == std::string::npos);
        CHECK(unit.find("ExecStart=\"/usr/bin/procd\" serve") != std::string::npos);
    }
}

TEST_CASE("no name of a directory becomes a line of the unit", "[export]")
{
    procd::app::application what;
    what.name = "shop";
    std::string const bad =
        GENERATE("/srv/x\nExecStartPre=/bin/false", "/srv/x\rUser=root", "/srv/x\\", "/srv/x ",
                 "/srv/x\xc2\x85y", "/srv/\xffx", "/srv/x\tUser=root\x1b");
    what.root = bad;
    auto const unit = procd::cli::systemd_unit({}, what, {"/usr/bin/procd", ""});
    INFO(unit);
    CHECK(unit.find("WorkingDirectory=") == std::string::npos);
    CHECK(unit.find("\nExecStartPre") == std::string::npos);
    CHECK(unit.find(" -d " + procd::cli::systemd_quoted(bad) + "\n") != std::string::npos);
    for (char const c : unit)
        CHECK((c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)));
}
