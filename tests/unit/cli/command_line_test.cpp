#include "supervisor/cli/command_line.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::cli;

namespace {

using words = std::vector<std::string>;

command_line split_of(words of)
{
    of.insert(of.begin(), "procd");
    words copies = of;
    std::vector<char*> argv;
    for (auto& each : copies)
        argv.push_back(each.data());
    return without_long_forms(split(static_cast<int>(argv.size()), argv.data()));
}

} // namespace

TEST_CASE("the verb is the first word that is no option and no value of one", "[command_line]")
{
    struct {
        words given;
        std::string verb;
        bool is_implied;
        words before;
    } const rows[] = {
        {{}, "up", true, {}},
        {{"web"}, "up", true, {"web"}},
        {{"up", "web"}, "up", false, {"web"}},
        {{"start"}, "up", false, {}},
        {{"serve", "-p", "5000"}, "serve", false, {"-p", "5000"}},
        {{"-p", "check", "serve"}, "serve", false, {"-p", "check"}},
        {{"--port=check", "serve"}, "serve", false, {"--port=check"}},
        {{"-d", "/a", "check", "--json"}, "check", false, {"-d", "/a", "--json"}},
        {{"-m", "-x", "serve"}, "serve", false, {"-m", "-x"}}, // whatever the value looks like
        {{"web", "serve"}, "up", true, {"web", "serve"}},
        {{"-"}, "up", true, {"-"}},
        {{"help"}, "up", false, {"--help"}},
        {{"help", "serve"}, "serve", false, {"--help"}},
        {{"help", "web"}, "up", false, {"--help"}},
        {{"version"}, "up", false, {"--version"}},
    };
    for (auto const& row : rows) {
        CAPTURE(row.given);
        auto const found = split_of(row.given);
        CHECK(found.verb == row.verb);
        CHECK(found.verb_is_implied == row.is_implied);
        CHECK(found.before == row.before);
        CHECK(found.command.empty());
    }
}

TEST_CASE("run takes its command as it is", "[command_line]")
{
    auto const of_type = split_of({"-d", "/a", "run", "web", "-p", "--help"});
    CHECK(of_type.verb == "run");
    CHECK(of_type.before == words{"-d", "/a"});
    CHECK(of_type.command == words{"web", "-p", "--help"});
    CHECK_FALSE(of_type.after_dashes);
    auto const of_command = split_of({"run", "-e", "x", "--", "env", "--"});
    CHECK(of_command.before == words{"-e", "x"});
    CHECK(of_command.command == words{"env", "--"});
    CHECK(of_command.after_dashes);
}

TEST_CASE("export may have a name behind --user", "[command_line]")
{
    struct {
        words given;
        std::optional<std::string> name;
        words left;
    } const rows[] = {
        {{"systemd"}, std::nullopt, {"systemd"}},
        {{"systemd", "--user"}, std::nullopt, {"systemd", "--user"}},
        {{"--user", "systemd"}, std::nullopt, {"--user", "systemd"}},
        {{"systemd", "--user", "-p", "80"}, std::nullopt, {"systemd", "--user", "-p", "80"}},
        {{"systemd", "--user", "shop"}, "shop", {"systemd"}},
        {{"--user=shop", "systemd"}, "shop", {"systemd"}},
        {{"--user=", "systemd"}, "", {"systemd"}},
    };
    for (auto const& row : rows) {
        auto left = row.given;
        CAPTURE(row.given);
        CHECK(take_user(left) == row.name);
        CHECK(left == row.left);
    }
}
