#include "supervisor/core/routing.hpp"
#include "tests/fixtures/catch.hpp"

#include <set>

using namespace core;

namespace {

std::optional<bool> wish(int n)
{
    return n == 0 ? std::nullopt : std::optional(n == 1);
}

std::string kinds(std::vector<routing_event> const& events)
{
    std::string text;
    for (auto const& e : events)
        text += e.kind + ' ';
    return text;
}

// The rules once more, as a table of its own: the first line that holds.
routing_state expected(routing_facts const& f)
{
    bool const by_router = f.who == routing_facts::acceptor::router;
    std::pair<bool, routing_state> const lines[] = {
        {f.app == routing_facts::phase::starting, routing_state::starting},
        {f.app == routing_facts::phase::stopping, routing_state::stopping},
        {!f.listening, routing_state::not_listening},
        {by_router && !f.router_runs, routing_state::no_router},
        {by_router && f.set.disabled, routing_state::disabled},
        {by_router && f.set.paused, routing_state::paused},
        {f.wanted == 0, routing_state::scaled_to_0},
        {f.held >= f.wanted, routing_state::stopped},
        {f.over, routing_state::crashed},
        {true, routing_state::open},
    };
    for (auto const& [holds, state] : lines)
        if (holds)
            return state;
    return routing_state::open;
}

} // namespace

TEST_CASE("a change sets what it names and leaves the rest", "[routing]")
{
    for (int bits = 0; bits < 4; ++bits)
        for (int paused = 0; paused < 3; ++paused)
            for (int disabled = 0; disabled < 3; ++disabled) {
                routing const before{(bits & 1) != 0, (bits & 2) != 0};
                routing_change const by{"web", wish(paused), wish(disabled)};
                auto const after = changed(before, by);
                CAPTURE(bits, paused, disabled);
                CHECK(after.paused == (paused == 0 ? before.paused : paused == 1));
                CHECK(after.disabled == (disabled == 0 ? before.disabled : disabled == 1));
                std::string events;
                if (after.paused != before.paused)
                    events += after.paused ? "paused " : "resumed ";
                if (after.disabled != before.disabled)
                    events += after.disabled ? "disabled " : "enabled ";
                CHECK(kinds(events_of("web", before, after)) == events);
                auto const idle = (by.paused && *by.paused == before.paused) +
                                  (by.disabled && *by.disabled == before.disabled);
                CHECK(notes_of(by, before).size() == static_cast<std::size_t>(idle));
            }
}

TEST_CASE("who asks for what is so already is told", "[routing]")
{
    CHECK(notes_of({"web", true, {}}, {true, false}) ==
          std::vector<std::string>{"web was paused already"});
    CHECK(notes_of({"web", false, {}}, {false, true}) ==
          std::vector<std::string>{"web was not paused"});
    CHECK(notes_of({"web", {}, true}, {false, true}) ==
          std::vector<std::string>{"web was disabled already"});
    CHECK(notes_of({"web", {}, false}, {true, false}) ==
          std::vector<std::string>{"web was not disabled"});
}

TEST_CASE("the state of a front port is the first that hides the others", "[routing]")
{
    using phase = routing_facts::phase;
    using acceptor = routing_facts::acceptor;
    std::set<routing_state> seen;
    for (auto const app : {phase::starting, phase::running, phase::stopping})
        for (auto const who : {acceptor::router, acceptor::processes})
            for (int bits = 0; bits < 32; ++bits)
                for (int wanted = 0; wanted <= 2; ++wanted)
                    for (int held = 0; held <= wanted; ++held) {
                        routing_facts f;
                        f.app = app;
                        f.who = who;
                        f.listening = (bits & 1) != 0;
                        f.router_runs = (bits & 2) != 0;
                        f.set = {(bits & 4) != 0, (bits & 8) != 0};
                        f.over = (bits & 16) != 0;
                        f.wanted = wanted;
                        f.held = held;
                        CAPTURE(static_cast<int>(app), static_cast<int>(who), bits, wanted, held);
                        auto const state = state_of(f);
                        CHECK(to_string(state) == to_string(expected(f)));
                        seen.insert(state);
                    }
    CHECK(seen.size() == 10); // every state can be reached
}

TEST_CASE("a summary says what happens to requests, and what ends that", "[routing]")
{
    using s = routing_state;
    CHECK(summary_of("web", {}, s::open) == "web is open: its requests go to its processes");
    CHECK(summary_of("web", {true, false}, s::paused) ==
          "web is paused: its requests wait for up to 30s, then get 503; procctl routing resume "
          "web ends that");
    CHECK(summary_of("web", {false, true}, s::disabled) ==
          "web is disabled: its requests get 503 and the maintenance page; procctl routing enable "
          "web ends that");
    CHECK(summary_of("web", {true, true}, s::disabled) ==
          "web is disabled: its requests get 503 and the maintenance page; procctl routing enable "
          "web ends that; it is paused, too");
    CHECK(summary_of("web", {}, s::scaled_to_0) ==
          "web is neither paused nor disabled, but scaled to 0: its requests get 503");
    CHECK(summary_of("web", {true, true}, s::no_router) ==
          "web is paused and disabled, but no router runs now; the next one begins with that");
    CHECK(summary_of("web", {true, false}, s::not_listening) ==
          "web is paused, but none of its addresses is open now");
    for (auto const each : {s::stopped, s::crashed, s::starting, s::stopping})
        CHECK(summary_of("web", {false, true}, each).starts_with("web is disabled, but "));
}
