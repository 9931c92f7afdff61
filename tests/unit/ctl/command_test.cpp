#include "supervisor/ctl/command.hpp"
#include "tests/fixtures/catch.hpp"

#include <set>
#include <string>

TEST_CASE("Commands and aliases have names of their own")
{
    std::set<std::string> names;
    for (auto const& c : ctl::all_commands()) {
        for (auto const& name : ctl::names_of(c))
            CHECK(names.insert(name).second);
        CHECK(c.run != nullptr);
        CHECK(c.least <= c.most);
        CHECK_FALSE(c.summary.empty());
    }
    for (char const* alias : {"logs", "describe", "delete", "signal", "stop", "start", "types",
                              "restart", "quit", "ps:list", "pts:list", "pts:scale", "limits",
                              "autoscale", "healthchecks", "releases", "releases:list"})
        CHECK_FALSE(ctl::find_command(alias).name.empty());
}

TEST_CASE("An unknown command is wrong usage, with the nearest one")
{
    try {
        ctl::find_command("scael");
        FAIL("it was found");
    } catch (ctl::failure const& f) {
        CHECK(f.code == ctl::exit_usage);
        CHECK(f.message == "no command 'scael' (did you mean 'scale'?); procctl --help lists them");
    }
}

TEST_CASE("Commands of a cluster, and of later versions, are unknown")
{
    auto const* const name = GENERATE("limits:plans", "git", "routes", "ps:attach", "top");
    CHECK_THROWS_AS(ctl::find_command(name), ctl::failure);
}

TEST_CASE("Every shell's completions know every command and option")
{
    auto const* const shell = GENERATE("bash", "zsh", "fish");
    auto const script = ctl::completion_script(shell);
    for (auto const& c : ctl::all_commands()) {
        INFO(shell << " " << c.name);
        for (auto const& name : ctl::names_of(c))
            CHECK(script.find(name) != std::string::npos);
        for (auto const& o : c.options)
            CHECK(script.find(ctl::long_name(o).substr(2)) != std::string::npos);
    }
}

TEST_CASE("The names of logs are completed with those of procd and of its router")
{
    for (char const* shell : {"bash", "zsh", "fish"}) {
        INFO(shell);
        auto const script = ctl::completion_script(shell);
        CHECK(script.find("s/^App:.*/system/p; s/^Router:.*/router/p") != std::string::npos);
    }
}

TEST_CASE("There are no completions for other shells")
{
    CHECK_THROWS_AS(ctl::completion_script("tcsh"), ctl::failure);
}

namespace {

// The command that words name, and how many of them: "ps:logs 2".
std::string resolved(std::vector<std::string> const& words)
{
    auto const named = ctl::resolve(words);
    return (named.found ? std::string(named.found->name) : "none") + ' ' +
           std::to_string(named.words);
}

} // namespace

TEST_CASE("The platform's space form names the same commands")
{
    CHECK(resolved({"ps", "logs", "web"}) == "ps:logs 2");
    CHECK(resolved({"pts", "list"}) == "pts 2");
    CHECK(resolved({"releases", "rollback", "v3"}) == "releases:rollback 2");
    CHECK(resolved({"autoscale", "set", "web"}) == "autoscale:set 2");
    CHECK(resolved({"limits"}) == "limits:list 1");
    CHECK(resolved({"limits", "--json"}) == "limits:list 1");
    CHECK(resolved({"ps", "web"}) == "ps 1");
    CHECK(resolved({"ps", "-w", "logs"}) == "ps 1");
    CHECK(resolved({"nothing", "logs"}) == "none 1");
    CHECK(resolved({"status", "web"}) == "status 1"); // no group: the word is too many
}

TEST_CASE("A slip behind a group is no command")
{
    try {
        ctl::resolve(std::vector<std::string>{"limits", "ste"});
        FAIL("it was found");
    } catch (ctl::failure const& f) {
        CHECK(f.message ==
              "no command 'limits:ste' (did you mean 'limits:set'?); procctl --help lists them");
    }
}

TEST_CASE("A word that is no command of its group is answered with those of the group")
{
    try {
        ctl::resolve(std::vector<std::string>{"releases", "zzz"});
        FAIL("it was found");
    } catch (ctl::failure const& f) {
        CHECK(f.message == "no command 'releases:zzz'; of releases there are list, info and "
                           "rollback; procctl --help lists them");
    }
    CHECK(ctl::usage_of(ctl::find_command("routing")) ==
          "usage: procctl routing [TYPE]; of routing there are list, pause, resume, disable and "
          "enable");
    CHECK(ctl::usage_of(ctl::find_command("types")) ==
          "usage: procctl pts [TYPE]; of pts there are list, describe, restart and scale");
    CHECK(ctl::usage_of(ctl::find_command("wait")) == "usage: procctl wait NAME");
    CHECK(ctl::usage_of(ctl::find_command("routing:pause")) ==
          "usage: procctl routing:pause TYPE...");
}

TEST_CASE("A slip behind a group that takes a word is one when there are too many words")
{
    CHECK(resolved({"routing", "puase"}) == "routing 1"); // may be a type
    CHECK(resolved({"routing", "web", "--json"}) == "routing 1");
    CHECK(resolved({"routing", "web", "worker"}) == "routing 1"); // its usage is printed
    CHECK(resolved({"routing", "pause", "web"}) == "routing:pause 2");
    CHECK(resolved({"limits:set", "web", "--cpu", "0.5"}) == "limits:set 1");
    CHECK(resolved({"limits:unset", "web", "worker"}) == "limits:unset 1");
    CHECK(resolved({"ps", "lgos", "--lines", "3"}) == "ps 1");
    try {
        ctl::resolve(std::vector<std::string>{"routing", "puase", "web"});
        FAIL("it was found");
    } catch (ctl::failure const& f) {
        CHECK(f.message == "no command 'routing:puase' (did you mean 'routing:pause'?); procctl "
                           "--help lists them");
    }
}

TEST_CASE("A word known from other tools gets the line that helps")
{
    for (char const* word : {"connect", "kill", "echo", "run", "up", "serve"}) {
        INFO(word);
        try {
            ctl::find_command(word);
            FAIL("it was found");
        } catch (ctl::failure const& f) {
            CHECK(f.code == ctl::exit_usage);
            CHECK(f.message.starts_with("no '" + std::string(word) + "' here: proc"));
        }
    }
}

TEST_CASE("The help shows each command once, in one group")
{
    std::multiset<std::string> grouped;
    for (auto const& group : ctl::command_groups())
        for (auto const& name : group.names)
            grouped.insert(std::string(name));
    for (auto const& c : ctl::all_commands())
        CHECK(grouped.count(std::string(c.name)) == 1);
    CHECK(grouped.size() == ctl::all_commands().size());
}
