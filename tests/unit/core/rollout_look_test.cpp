// The looks of a rollout at the processes of its type.
#include "supervisor/core/rollout.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <random>

using namespace core::rollout;
using namespace std::chrono_literals;

namespace {

constexpr time_point start_time{1h};
constexpr bounds one_by_one{{0}, {1}};
constexpr pace no_trial{0ms, 10s};
constexpr pace with_trial{2s, 10s};

candidate old_one(int instance)
{
    return {.instance = instance, .ready_since = start_time - 1h};
}

candidate new_one(int instance, std::optional<time_point> ready_since)
{
    return {.instance = instance, .is_new = true, .ready_since = ready_since};
}

candidate ending(int instance)
{
    return {.instance = instance, .is_new = true, .terminating = true};
}

progress fresh()
{
    return {0, 0, start_time};
}

finding look_at(std::vector<candidate> const& there, pace const& p, time_point now = start_time,
                progress so_far = fresh())
{
    return look(so_far, there, one_by_one, p, now);
}

} // namespace

TEST_CASE("a look finds it done: all are new, and available or completed", "[rollout]")
{
    CHECK(look_at({}, no_trial) == finding(done{}));
    auto over = new_one(2, std::nullopt);
    over.completed = true;
    CHECK(look_at({new_one(1, start_time), over}, no_trial) == finding(done{}));
    CHECK(look_at({new_one(1, start_time)}, with_trial, start_time + 2s) == finding(done{}));
}

TEST_CASE("a look stops one old process, first of those that are not available", "[rollout]")
{
    CHECK(look_at({old_one(1), old_one(2), old_one(3)}, no_trial) == finding(stop{{3}}));
    auto idle = old_one(1);
    idle.ready_since.reset();
    CHECK(look_at({idle, old_one(2), old_one(3)}, no_trial) == finding(stop{{1}}));
    auto idle_too = old_one(2);
    idle_too.ready_since.reset();
    CHECK(look_at({idle, idle_too, old_one(3)}, no_trial) == finding(stop{{2}}));
    CHECK(look_at({idle, idle_too}, no_trial) == finding(stop{{2}}));
}

TEST_CASE("an old one is available without a trial, or when it has completed", "[rollout]")
{
    auto recent = old_one(1); // without a place among the available ones it would go first
    recent.ready_since = start_time;
    CHECK(look_at({recent, old_one(2)}, with_trial) == finding(stop{{2}}));
    auto over = old_one(1);
    over.ready_since.reset();
    over.completed = true;
    CHECK(look_at({over, old_one(2)}, with_trial) == finding(stop{{2}}));
}

TEST_CASE("nothing is stopped while one ends or is on trial", "[rollout]")
{
    CHECK(look_at({old_one(1), ending(2)}, no_trial) == finding(look_again{std::nullopt}));
    auto idle = old_one(1);
    idle.ready_since.reset();
    CHECK(look_at({idle, ending(2)}, no_trial) == finding(look_again{std::nullopt}));
    CHECK(look_at({idle, new_one(2, std::nullopt)}, no_trial) ==
          finding(look_again{start_time + 10s}));
    CHECK(look_at({old_one(1), new_one(2, start_time)}, with_trial) ==
          finding(look_again{start_time + 2s}));
    CHECK(look_at({old_one(1), new_one(2, start_time)}, with_trial, start_time + 2s) ==
          finding(stop{{1}}));
}

TEST_CASE("one that ends is not available, whatever it was", "[rollout]")
{
    auto was_ready = ending(1);
    was_ready.ready_since = start_time - 1h;
    CHECK(look_at({was_ready}, no_trial) == finding(look_again{std::nullopt}));
    auto was_completed = ending(1);
    was_completed.completed = true;
    CHECK(look_at({was_completed}, no_trial) == finding(look_again{std::nullopt}));
    auto old = old_one(1); // it ends by itself, and a new one follows it
    old.terminating = true;
    CHECK(look_at({old}, no_trial) == finding(stop{{1}}));
}

TEST_CASE("the next look is at the earliest of trial and deadline", "[rollout]")
{
    pace const long_trial{20s, 10s};
    CHECK(look_at({new_one(1, start_time)}, long_trial) == finding(look_again{start_time + 10s}));
    CHECK(look_at({new_one(1, start_time), new_one(2, start_time - 1s)}, with_trial) ==
          finding(look_again{start_time + 1s}));
}

TEST_CASE("the first new one that is not available decides: it gave up, or is too late",
          "[rollout]")
{
    auto dead = new_one(2, std::nullopt);
    dead.gave_up = true;
    auto const slow = new_one(1, std::nullopt);
    CHECK(look_at({old_one(1), dead}, no_trial) == finding(crashed{2}));
    CHECK(look_at({slow, dead}, no_trial) == finding(look_again{start_time + 10s}));
    CHECK(look_at({slow, dead}, no_trial, start_time + 9999ms) ==
          finding(look_again{start_time + 10s}));
    CHECK(look_at({slow, dead}, no_trial, start_time + 10s) == finding(too_late{1, 10s}));
}

TEST_CASE(
    "a new one that has ended as it may not ends the rollout at once, unless it was available",
    "[rollout]")
{
    auto over = new_one(2, std::nullopt);
    over.broke_off = true;
    CHECK(look_at({old_one(1), over}, no_trial) == finding(ended{2}));
    CHECK(look_at({new_one(1, std::nullopt), over}, no_trial) == finding(ended{2}));
    auto proven = fresh();
    proven.proven = {2};
    CHECK(look_at({old_one(1), over}, no_trial, start_time, proven) == finding(stop{{1}}));
    auto old = old_one(2); // it is replaced like any other
    old.broke_off = true;
    CHECK(look_at({old_one(1), old}, no_trial) == finding(stop{{2}}));
}

TEST_CASE("a process may end where none ran before, or when it has done its task", "[rollout]")
{
    for (auto const ended : {manner::well, manner::badly})
        for (auto const why : {purpose::new_release, purpose::known_release}) {
            bool const well = ended == manner::well, known = why == purpose::known_release;
            CHECK(may_end(predecessor::ended, why, ended));
            CHECK(may_end(predecessor::none, why, ended) == well);
            CHECK(may_end(predecessor::ran, why, ended) == (well && known));
        }
}

TEST_CASE("a rollout ends when no next attempt can come before the deadline", "[rollout]")
{
    auto crashing = new_one(1, std::nullopt);
    auto const at = [&crashing](std::chrono::milliseconds next, std::vector<candidate> others,
                                pace const& p = no_trial) {
        crashing.next_attempt = start_time + next;
        others.push_back(crashing);
        return look_at(others, p);
    };
    finding const goes_on{look_again{start_time + 10s}}, over{hopeless{1, 10s}};
    CHECK(at(9999ms, {}) == goes_on);
    CHECK(at(10s, {}) == over);
    CHECK(at(7999ms, {}, with_trial) == goes_on);
    CHECK(at(8s, {}, with_trial) == over); // it would have to be ready for 2 s
    CHECK(at(10s, {new_one(2, start_time)}) == over);
    // Another one may become available, and that moves the deadline.
    CHECK(at(10s, {new_one(2, std::nullopt)}) == goes_on);
    CHECK(at(10s, {ending(2)}) == goes_on);
    auto earlier = new_one(2, std::nullopt);
    earlier.next_attempt = start_time + 5s;
    CHECK(at(10s, {earlier}) == goes_on);
    earlier.next_attempt = start_time + 20s;
    CHECK(at(10s, {earlier}) == finding(hopeless{2, 10s}));
    auto dead = new_one(2, std::nullopt);
    dead.gave_up = true;
    CHECK(at(10s, {dead}) == finding(crashed{2}));
}

TEST_CASE("the deadline of a new one counts from its start, however long the old one took to stop",
          "[rollout]")
{
    CHECK(look_at({ending(1)}, no_trial, start_time + 1h) == finding(look_again{std::nullopt}));
    auto started = new_one(1, std::nullopt);
    started.started = start_time + 1h;
    auto const late = start_time + 1h + 10s;
    CHECK(look_at({started}, no_trial, start_time + 1h) == finding(look_again{late}));
    CHECK(look_at({started}, no_trial, late - 1ms) == finding(look_again{late}));
    CHECK(look_at({started}, no_trial, late) == finding(too_late{1, 10s}));
}

TEST_CASE("what became available after a start moves the deadline of the others", "[rollout]")
{
    auto slow = new_one(1, std::nullopt);
    slow.started = start_time - 1h;
    CHECK(look_at({slow}, no_trial) == finding(look_again{start_time + 10s}));
}

TEST_CASE("a process that ends does not hide one that is late", "[rollout]")
{
    CHECK(look_at({ending(1), new_one(2, std::nullopt)}, no_trial, start_time + 10s) ==
          finding(too_late{2, 10s}));
}

TEST_CASE("a new one that waits in vain for another process ends the rollout", "[rollout]")
{
    auto waiting = ending(2);
    waiting.stuck = true;
    CHECK(look_at({old_one(1), waiting}, no_trial) == finding(waits_in_vain{2}));
    auto idle = old_one(1);
    idle.stuck = true; // it is old and is replaced, whatever it waits for
    CHECK(look_at({idle}, no_trial) == finding(stop{{1}}));
}

TEST_CASE("progress is a stop, or one more that is available; a loss is none", "[rollout]")
{
    auto so_far = fresh();
    auto const at = [&](std::vector<candidate> const& there, std::chrono::milliseconds after) {
        look(so_far, there, one_by_one, no_trial, start_time + after);
        return so_far;
    };
    auto const ready = new_one(2, start_time);
    auto const waits = new_one(1, std::nullopt);
    CHECK(at({old_one(1), old_one(2)}, 1s) == progress{0, 2, start_time + 1s}); // stops one
    CHECK(at({old_one(1), ending(2)}, 2s) == progress{0, 2, start_time + 1s});
    CHECK(at({waits, ready}, 3s) == progress{1, 2, start_time + 3s, {2}}); // one more
    CHECK(at({waits, new_one(2, std::nullopt)}, 4s) == progress{0, 2, start_time + 3s, {2}});
    CHECK(at({waits, ready}, 5s) == progress{1, 2, start_time + 5s, {2}}); // it is back
    CHECK(at({waits, ready}, 6s) == progress{1, 2, start_time + 5s, {2}});
    CHECK(at({new_one(1, start_time), ready}, 7s) == progress{2, 2, start_time + 7s, {1, 2}});
}

namespace {

// A type whose processes end and become ready when their time has come, or never.
class simulation {
public:
    simulation(unsigned seed, pace p) : random_(seed), pace_(p)
    {
        for (int n = 1, all = number(1, 5); n <= all; ++n)
            there_.push_back({old_one(n), std::nullopt, std::nullopt, fate::works});
    }

    // Looks until the rollout ends, and returns how; look_again: it does not end.
    finding play()
    {
        for (int looks = 0; looks < 1000; ++looks) {
            auto const found = look(so_far_, candidates(), one_by_one, pace_, now_);
            if (auto const* old = std::get_if<stop>(&found))
                std::for_each(old->instances.begin(), old->instances.end(),
                              [this](int n) { replace(there_.at(std::size_t(n) - 1)); });
            else if (!std::holds_alternative<look_again>(found))
                return found;
            else if (!advance(std::get<look_again>(found).at))
                return found;
            least_available = std::min(least_available, available_now() - int(there_.size()));
        }
        return look_again{};
    }

    int least_available = 0; // below all of them
    bool any_bad = false;    // one never becomes ready, or gives up

private:
    enum class fate { works, hangs, gives_up };
    struct process {
        candidate seen;
        std::optional<time_point> ends, settles; // settles: it is ready, or has given up
        fate then = fate::works;
    };

    int number(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

    void replace(process& p)
    {
        CHECK(!p.seen.is_new);
        auto const takes = number(0, 30) * 1s; // longer than the deadline, too
        p.seen = ending(p.seen.instance);
        p.ends = now_ + takes;
        int const dice = number(1, 20);
        p.then = dice == 1 ? fate::hangs : dice == 2 ? fate::gives_up : fate::works;
        any_bad = any_bad || p.then != fate::works;
        p.settles =
            p.then == fate::hangs ? std::nullopt : std::optional(*p.ends + number(0, 5000) * 1ms);
    }

    // Goes on to the next event; false when there is none.
    bool advance(std::optional<time_point> next)
    {
        for (auto const& p : there_)
            for (auto const& event : {p.ends, p.settles})
                if (event && (!next || *event < *next))
                    next = event;
        if (!next)
            return false;
        CHECK(*next >= now_);
        now_ = *next;
        for (auto& p : there_) {
            if (p.ends && *p.ends <= now_) {
                p.ends.reset();
                p.seen.terminating = false;
                p.seen.started = now_;
            }
            if (!p.ends && p.settles && *p.settles <= now_) {
                p.settles.reset();
                p.seen.gave_up = p.then == fate::gives_up;
                if (p.then == fate::works)
                    p.seen.ready_since = now_;
            }
        }
        return true;
    }

    std::vector<candidate> candidates() const
    {
        std::vector<candidate> seen;
        for (auto const& p : there_)
            seen.push_back(p.seen);
        return seen;
    }

    int available_now() const
    {
        return int(std::count_if(there_.begin(), there_.end(), [this](process const& p) {
            auto const trial = p.seen.is_new ? pace_.min_ready : 0ms;
            return !p.seen.terminating && available(p.seen.ready_since, trial, now_);
        }));
    }

    std::mt19937 random_;
    pace pace_;
    std::vector<process> there_;
    progress so_far_ = fresh();
    time_point now_ = start_time;
};

} // namespace

TEST_CASE("a rollout always ends, and takes no more than one process away", "[rollout]")
{
    for (auto const& p : {no_trial, with_trial})
        for (unsigned seed = 0; seed < 500; ++seed) {
            INFO("seed " << seed << ", trial of " << p.min_ready.count() << " ms");
            simulation type(seed, p);
            auto const end = type.play();
            CHECK(!std::holds_alternative<look_again>(end));
            CHECK(std::holds_alternative<done>(end) == !type.any_bad);
            CHECK(type.least_available >= -1);
        }
}
