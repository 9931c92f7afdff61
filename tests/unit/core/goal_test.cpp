#include "supervisor/core/goal.hpp"
#include "tests/fixtures/catch.hpp"

#include <array>

using namespace core::goal;
using core::process_state;
using core::prospect;

template <>
struct Catch::StringMaker<verdict> {
    static std::string convert(verdict const& v)
    {
        return std::string(v.done ? "done" : "open") + (v.ok ? ", ok: " : ", not ok: ") + v.message;
    }
};

namespace {

constexpr std::array all_states{process_state::waiting, process_state::starting,
                                process_state::up,      process_state::stopping,
                                process_state::backoff, process_state::crashed,
                                process_state::stopped, process_state::completed};
constexpr auto all_ready = {false, true};
constexpr auto all_apps = {app::runs, app::stops};
constexpr auto all_patience = {patience::short_lived, patience::long_lived};

member web(int instance, process_state state, bool ready = false)
{
    member m;
    m.name = "web." + std::to_string(instance);
    m.instance = instance;
    m.state = state;
    m.ready = ready;
    m.last_exit = core::exited{3};
    return m;
}

member waits(member m, prospect hope)
{
    m.state = process_state::waiting;
    m.waits_for = "db.1 (starting)";
    m.hope = hope;
    return m;
}

auto const held_text = "web.1 is held; procctl start web.1 lets it run";
auto const waits_text = "web.1 waits for db.1 (starting)";

bool fails(process_state s)
{
    return s == process_state::backoff || s == process_state::crashed;
}

std::string failure(process_state s)
{
    return "web.1 is in " + std::string(to_string(s)) + ": exited with code 3";
}

verdict scale(int wanted, std::vector<member> there, app now = app::runs)
{
    scaled_type const types[]{{"web", wanted, std::move(there)}};
    return scaled(types, now);
}

} // namespace

TEST_CASE("a failure names the process, its state, and its end where there was one", "[goal]")
{
    auto m = web(1, process_state::crashed);
    CHECK(scale(1, {m}).message == "web.1 is in crashed: exited with code 3");
    m.last_exit.reset();
    CHECK(scale(1, {m}).message == "web.1 is in crashed");
}

TEST_CASE("scale, one slot in each state: ready, completed and held are as wished", "[goal]")
{
    for (auto const state : all_states)
        for (bool const ready : all_ready)
            for (auto const now : all_apps) {
                INFO(to_string(state) << (ready ? " ready" : "") << int(now));
                auto const got = scale(1, {web(1, state, ready)}, now);
                bool const stops = now == app::stops;
                bool const good =
                    ready || state == process_state::completed || state == process_state::stopped;
                if (fails(state))
                    CHECK(got == verdict{true, false, failure(state)});
                else
                    CHECK(got == verdict{good || stops, !stops,
                                         good ? "web: 1 of 1 up" : "web: 0 of 1 up"});
            }
}

TEST_CASE("scale waits for the slots to come and for those to go, whose failures do not count",
          "[goal]")
{
    CHECK(scale(0, {}) == verdict{true, true, "web: 0 of 0 up"});
    auto const up = web(1, process_state::up, true);
    CHECK(scale(2, {up}) == verdict{false, true, "web: 1 of 2 up"});
    for (auto const state : all_states)
        for (bool const ready : all_ready) {
            INFO(to_string(state) << ready);
            CHECK(scale(1, {up, web(2, state, ready)}) == verdict{false, true, "web: 1 of 1 up"});
        }
}

TEST_CASE("scale of several types tells of each, or of the failure", "[goal]")
{
    std::vector<scaled_type> types{{"web", 1, {web(1, process_state::up, true)}},
                                   {"worker", 2, {}}};
    CHECK(scaled(types, app::runs) == verdict{false, true, "web: 1 of 1 up, worker: 0 of 2 up"});
    types[0].there[0] = web(1, process_state::backoff);
    CHECK(scaled(types, app::runs) == verdict{true, false, failure(process_state::backoff)});
    std::swap(types[0], types[1]);
    CHECK(scaled(types, app::runs) == verdict{true, false, failure(process_state::backoff)});
    CHECK(scaled({}, app::runs) == verdict{true, true, ""});
}

TEST_CASE("delete: the new incarnation, or none; only a new one's failure counts", "[goal]")
{
    for (auto const state : all_states)
        for (std::uint64_t const settled : {4u, 5u, 6u})
            for (auto const now : all_apps) {
                INFO(to_string(state) << settled << int(now));
                auto m = web(1, state);
                m.settled_generation = settled;
                replacement const one[]{{5, m}};
                auto const got = replaced(one, now);
                bool const is_new = settled >= 5;
                if (is_new && fails(state))
                    CHECK(got == verdict{true, false, failure(state)});
                else
                    CHECK(got == verdict{is_new || now == app::stops, is_new,
                                         is_new ? "1 of 1 replaced" : "0 of 1 replaced"});
            }
}

TEST_CASE("delete of several waits for the last of them", "[goal]")
{
    auto old = web(1, process_state::stopping);
    std::vector<replacement> slots{{5, old}, {5, std::nullopt}};
    CHECK(replaced(slots, app::runs) == verdict{false, false, "1 of 2 replaced"});
    slots[0].there.reset();
    CHECK(replaced(slots, app::runs) == verdict{true, true, "2 of 2 replaced"});
    CHECK(replaced(slots, app::stops) == verdict{true, true, "2 of 2 replaced"});
    CHECK(replaced({}, app::runs) == verdict{true, true, "0 of 0 replaced"});
}

TEST_CASE("stop: every one is held", "[goal]")
{
    for (auto const first : all_states)
        for (auto const second : all_states)
            for (auto const now : all_apps) {
                INFO(to_string(first) << ' ' << to_string(second) << int(now));
                int const held =
                    (first == process_state::stopped) + (second == process_state::stopped);
                member const there[]{web(1, first), web(2, second)};
                CHECK(stopped(there, now) == verdict{held == 2 || now == app::stops, held == 2,
                                                     std::to_string(held) + " of 2 stopped"});
            }
    CHECK(stopped({}, app::runs) == verdict{true, true, "0 of 0 stopped"});
}

TEST_CASE("start and wait, one slot in each state", "[goal]")
{
    for (auto const state : all_states)
        for (bool const ready : all_ready)
            for (bool const replacement_to_come : all_ready)
                for (auto const how : all_patience)
                    for (auto const now : all_apps) {
                        INFO(to_string(state)
                             << ready << replacement_to_come << int(how) << int(now));
                        auto m = web(1, state, ready);
                        m.generation = 2;
                        m.settled_generation = replacement_to_come ? 1 : 2;
                        bool const failed =
                            !replacement_to_come &&
                            (state == process_state::completed || state == process_state::crashed ||
                             (state == process_state::backoff && how == patience::short_lived));
                        auto const got = started(std::span(&m, 1), 1, how, now);
                        if (failed)
                            CHECK(got == verdict{true, false, failure(state)});
                        else
                            CHECK(got == verdict{ready || now == app::stops, ready,
                                                 ready ? "1 of 1 ready" : "0 of 1 ready"});
                    }
}

TEST_CASE("start counts the ready ones, however many slots there are", "[goal]")
{
    std::vector<member> there{web(1, process_state::up, true)};
    auto const look = [&](std::size_t wanted, app now = app::runs) {
        return started(there, wanted, patience::long_lived, now);
    };
    CHECK(look(0) == verdict{true, true, "1 of 0 ready"});
    CHECK(look(2) == verdict{false, false, "1 of 2 ready"});
    CHECK(look(2, app::stops) == verdict{true, false, "1 of 2 ready"});
    there.push_back(web(2, process_state::up, true));
    CHECK(look(2) == verdict{true, true, "2 of 2 ready"});
}

TEST_CASE("delete, start and wait of a held process say that it is held", "[goal]")
{
    for (auto const state : all_states)
        for (auto const now : all_apps) {
            INFO(to_string(state) << int(now));
            auto m = web(1, state);
            m.held = true;
            m.settled_generation = 4;
            replacement const one[]{{5, m}};
            if (!fails(state))
                CHECK(replaced(one, now) == verdict{true, false, held_text});
            for (auto const how : all_patience)
                CHECK(started(std::span(&m, 1), 1, how, now) == verdict{true, false, held_text});
            if (!fails(state) && now == app::runs) // it is as wished, or will be
                CHECK(scale(1, {m}).ok);
        }
}

TEST_CASE("a process that waits for another is named, and not waited for in vain", "[goal]")
{
    for (auto const hope : {prospect::comes, prospect::late, prospect::never}) {
        INFO(int(hope));
        auto m = waits(web(1, process_state::waiting), hope);
        bool const ends = hope != prospect::comes;
        auto const with_progress = [](std::string const& text) { return text + "; " + waits_text; };
        CHECK(scale(1, {m}) == (ends ? verdict{true, false, waits_text}
                                     : verdict{false, true, with_progress("web: 0 of 1 up")}));
        CHECK(scale(0, {m}) == verdict{false, true, "web: 0 of 0 up"});
        auto const start = started(std::span(&m, 1), 1, patience::short_lived, app::runs);
        CHECK(start == (ends ? verdict{true, false, waits_text}
                             : verdict{false, false, with_progress("0 of 1 ready")}));
        auto const wait = started(std::span(&m, 1), 1, patience::long_lived, app::runs);
        CHECK(wait == (hope == prospect::never
                           ? verdict{true, false, waits_text}
                           : verdict{false, false, with_progress("0 of 1 ready")}));
        m.settled_generation = 4;
        replacement const one[]{{5, m}};
        CHECK(replaced(one, app::runs) ==
              (ends ? verdict{true, false, waits_text}
                    : verdict{false, false, with_progress("0 of 1 replaced")}));
    }
    rolled_type const types[]{{"web", 0, 1, false, false, "", waits_text}};
    CHECK(restarted(types, app::runs) ==
          verdict{false, true, std::string("web: 0 of 1 restarted; ") + waits_text});
}

TEST_CASE("start of a process that has ended well is done well, however late it is seen", "[goal]")
{
    auto m = web(1, process_state::completed);
    m.last_exit = core::exited{0};
    auto const look = [&](patience how) { return started(std::span(&m, 1), 1, how, app::runs); };
    CHECK(look(patience::short_lived) == verdict{true, true, "1 of 1 ready"});
    CHECK(look(patience::long_lived) ==
          verdict{true, false, "web.1 is in completed: exited with code 0"});
    m.generation = 1; // the end of the incarnation before
    CHECK(look(patience::short_lived) == verdict{false, false, "0 of 1 ready"});
}

TEST_CASE("restart: every rollout has ended well, the first failure ends it", "[goal]")
{
    for (bool const first_done : all_ready)
        for (bool const first_ok : all_ready)
            for (bool const second_done : all_ready)
                for (bool const second_ok : all_ready)
                    for (auto const now : all_apps) {
                        INFO(first_done << first_ok << second_done << second_ok << int(now));
                        rolled_type const types[]{
                            {"web", 1, 2, first_done, first_ok, "web is late", ""},
                            {"job", 3, 3, second_done, second_ok, "job died", ""}};
                        bool const first_failed = first_done && !first_ok;
                        bool const second_failed = second_done && !second_ok;
                        bool const stops = now == app::stops;
                        auto const got = restarted(types, now);
                        if (second_failed)
                            CHECK(got == verdict{true, false, "job died"});
                        else if (first_failed)
                            CHECK(got == verdict{true, false, "web is late"});
                        else
                            CHECK(got == verdict{(first_done && second_done) || stops, !stops,
                                                 "web: 1 of 2 restarted, job: 3 of 3 restarted"});
                    }
    CHECK(restarted({}, app::runs) == verdict{true, true, ""});
}
