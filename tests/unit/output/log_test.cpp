#include "supervisor/output/log.hpp"
#include "supervisor/output/source.hpp"
#include "tests/fixtures/catch.hpp"

#include <vector>

using procd::output::level;

namespace {

struct stage {
    procd::output::source system{"system", 0, 0}, web{"web.1", 1, 1};
    std::vector<std::string> lines;

    std::vector<std::string> say_all(level shown)
    {
        auto const write = [this](procd::output::source& about, level l, std::string_view text) {
            lines.push_back(std::string(procd::output::journal_mark(l)) + about.name + " | " +
                            std::string(text));
        };
        procd::output::log log(shown, write);
        CHECK(log.shows(level::debug) == (shown == level::debug));
        log.message(web, level::info, "started with pid 1 {}");
        log.message(system, level::warn, "warning: no guardian");
        log.message(system, level::error, "internal error");
        log.decision(system, "process", "web.1: starts");
        return std::exchange(lines, {});
    }
};

} // namespace

TEST_CASE("messages below the level that is shown are left out", "[log]")
{
    using lines = std::vector<std::string>;
    stage s;
    CHECK(s.say_all(level::error) == lines{"<3>system | internal error"});
    CHECK(s.say_all(level::warn) ==
          lines{"<4>system | warning: no guardian", "<3>system | internal error"});
    CHECK(s.say_all(level::info) == lines{"web.1 | started with pid 1 {}",
                                          "<4>system | warning: no guardian",
                                          "<3>system | internal error"});
    auto const all = s.say_all(level::debug);
    REQUIRE(all.size() == 4);
    CHECK(all.back() == "system | process: web.1: starts");
}
