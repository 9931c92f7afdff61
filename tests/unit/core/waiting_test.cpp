#include "supervisor/core/waiting.hpp"
#include "tests/fixtures/catch.hpp"

#include <array>

using namespace core;

namespace {

constexpr std::array all_states{process_state::waiting, process_state::starting,
                                process_state::up,      process_state::stopping,
                                process_state::backoff, process_state::crashed,
                                process_state::stopped, process_state::completed};

} // namespace

TEST_CASE("a process that waits for nobody comes", "[waiting]")
{
    CHECK(prospect_of({}, {}) == prospect::comes);
    CHECK(prospect_of({{}, true}, {}) == prospect::comes);
    CHECK(text_of({}).empty());
}

TEST_CASE("a held process never comes, one at rest only when it is on its way", "[waiting]")
{
    for (auto const state : all_states)
        for (bool const held : {false, true})
            for (bool const long_since : {false, true})
                for (bool const coming : {false, true}) {
                    INFO(to_string(state) << held << long_since << coming);
                    waiting const w{{{"db.1", state, held}}, long_since};
                    std::set<std::string> const on_their_way{coming ? "db.1" : "web.1"};
                    bool const at_rest =
                        state == process_state::crashed || state == process_state::completed;
                    auto const wanted = held || (at_rest && !coming) ? prospect::never
                                        : long_since && !coming      ? prospect::late
                                                                     : prospect::comes;
                    CHECK(prospect_of(w, on_their_way) == wanted);
                }
}

TEST_CASE("of several, the one with the worst prospect decides", "[waiting]")
{
    awaited const late{"a.1", process_state::starting}, held{"b.1", process_state::stopped, true};
    CHECK(prospect_of({{late, held}, true}, {}) == prospect::never);
    CHECK(prospect_of({{held, late}, true}, {}) == prospect::never);
    CHECK(prospect_of({{late, late}, true}, {}) == prospect::late);
    CHECK(prospect_of({{late, {"c.1"}}, true}, {"a.1"}) == prospect::late);
}

TEST_CASE("an address that is taken may come at any time, but is not waited for long", "[waiting]")
{
    awaited const up{"a.1", process_state::starting}, held{"b.1", process_state::stopped, true};
    CHECK(prospect_of({{}, false, {"[::1]:80"}}, {}) == prospect::comes);
    CHECK(prospect_of({{}, true, {"[::1]:80"}}, {}) == prospect::late);
    CHECK(prospect_of({{up}, true, {"[::1]:80"}}, {"a.1"}) == prospect::late);
    CHECK(prospect_of({{held}, false, {"[::1]:80"}}, {}) == prospect::never);
    CHECK(text_of({{}, false, {"[::1]:80", "unix:/s"}}) ==
          "the address [::1]:80, the address unix:/s");
    CHECK(text_of({{up}, false, {"[::1]:80"}}) == "a.1 (starting), the address [::1]:80");
}

TEST_CASE("the text names each and its state", "[waiting]")
{
    CHECK(text_of({{{"db.1", process_state::stopped, true},
                    {"cache.2", process_state::backoff}}}) == "db.1 (held), cache.2 (backoff)");
}
