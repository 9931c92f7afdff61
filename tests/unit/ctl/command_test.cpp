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
                              "restart", "quit", "ps:list", "pts:list"})
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

TEST_CASE("There are no completions for other shells")
{
    CHECK_THROWS_AS(ctl::completion_script("tcsh"), ctl::failure);
}
