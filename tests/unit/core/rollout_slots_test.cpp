// Rollouts by slots: the order in which processes start and stop, and the limits while they do.
#include "supervisor/core/rollout.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>

using namespace core::rollout;
using namespace std::chrono_literals;

namespace {

constexpr time_point start_time{1h};
constexpr pace patience{0ms, 10s};

// A type with its slots, as formation/ has them: a stopped slot of the wanted ones runs a new
// process as soon as the old one has ended; a surge slot is gone once its process has.
class type_of_slots {
public:
    type_of_slots(int wanted, int surge, int unavailable)
        : wanted_(wanted), bounds_{{surge}, {unavailable}}
    {
        for (int n = 1; n <= wanted; ++n)
            slots_[n] = {.instance = n, .ready_since = start_time - 1h};
    }

    // Steps until nothing is to be done now. True: the rollout is over.
    bool step()
    {
        for (;;) {
            auto const found = look(so_far_, candidates(), bounds_, patience, now_);
            if (auto const* more = std::get_if<start>(&found))
                open(more->count);
            else if (auto const* fewer = std::get_if<stop>(&found))
                end(fewer->instances);
            else if (auto const* wait = std::get_if<look_again>(&found)) {
                next_ = wait->at;
                return false;
            } else {
                last_ = found;
                return true;
            }
            watch();
        }
    }

    // Processes end in the order in which they were stopped.
    bool end_one()
    {
        if (ending_.empty())
            return false;
        auto const n = ending_.front();
        ending_.erase(ending_.begin());
        if (n > wanted_) {
            slots_.erase(n);
            return true;
        }
        story += '+' + std::to_string(n) + ' ';
        slots_[n].terminating = false;
        slots_[n].started = now_;
        return true;
    }
    bool make_ready(int n)
    {
        auto& c = slots_[n];
        if (c.terminating || c.leaving || c.ready_since)
            return false;
        c.ready_since = now_;
        return true;
    }
    bool make_all_ready()
    {
        bool any = false;
        for (int const n : numbers())
            any = make_ready(n) || any;
        return any;
    }

    // The whole rollout: processes end at once, and become ready at once or never.
    std::string play(bool become_ready = true)
    {
        while (!step()) {
            bool ended = false;
            while (end_one())
                ended = true;
            if (ended || (become_ready && make_all_ready()))
                continue;
            if (!next_)
                return story + "waits";
            now_ = *next_;
        }
        return story + (std::holds_alternative<done>(last_) ? "done" : "fails");
    }

    candidate& slot(int n) { return slots_.at(n); }
    std::vector<int> numbers() const
    {
        std::vector<int> found;
        for (auto const& [n, c] : slots_)
            found.push_back(n);
        return found;
    }
    finding const& last() const { return last_; }

    std::string story;
    int least_available = 1000, most = 0;

private:
    std::vector<candidate> candidates() const
    {
        std::vector<candidate> there;
        for (auto const& [n, c] : slots_)
            there.push_back(c);
        return there;
    }
    void open(int count)
    {
        for (int n = wanted_ + 1; count > 0; ++n)
            if (!slots_.contains(n)) {
                slots_[n] = {.instance = n, .is_new = true, .is_surge = true, .started = now_};
                story += '+' + std::to_string(n) + ' ';
                --count;
            }
    }
    void end(std::vector<int> const& instances)
    {
        for (int const n : instances) {
            story += '-' + std::to_string(n) + ' ';
            auto& c = slots_.at(n);
            CHECK((c.is_surge || !c.is_new));
            ending_.push_back(n);
            if (c.is_surge)
                c.leaving = true;
            else
                c = {.instance = n, .is_new = true, .terminating = true};
        }
    }
    void watch()
    {
        int available_now = 0, there = 0;
        for (auto const& [n, c] : slots_) {
            available_now += c.ready_since.has_value() && !c.terminating && !c.leaving;
            there += !c.terminating && !c.leaving;
        }
        least_available = std::min(least_available, available_now);
        most = std::max(most, there);
    }

    int wanted_;
    bounds bounds_;
    std::map<int, candidate> slots_;
    std::vector<int> ending_;
    progress so_far_{0, 0, start_time};
    time_point now_ = start_time;
    std::optional<time_point> next_;
    finding last_ = look_again{};
};

} // namespace

TEST_CASE("surge processes start above the wanted slots and move down at the end", "[rollout]")
{
    CHECK(type_of_slots(1, 1, 0).play() == "+2 -1 +1 -2 done");
    CHECK(type_of_slots(3, 1, 0).play() == "+4 -3 +3 -2 +2 -1 +1 -4 done");
    CHECK(type_of_slots(2, 0, 1).play() == "-2 +2 -1 +1 done");
    CHECK(type_of_slots(8, 2, 0).play() == "+9 +10 -8 -7 +8 +7 -6 -5 +6 +5 -4 -3 +4 +3 -2 -1 +2 +1 "
                                           "-10 -9 done");
    CHECK(type_of_slots(2, 1, 0).play(false) == "+3 fails");
    CHECK(type_of_slots(4, 0, 2).play() == "-4 -3 +4 +3 -2 -1 +2 +1 done");
    CHECK(type_of_slots(1, 3, 0).play() == "+2 -1 +1 -2 done");
    CHECK(type_of_slots(0, 2, 0).play() == "done");
}

TEST_CASE("a new process that never becomes ready leaves the old ones alone", "[rollout]")
{
    type_of_slots type(2, 1, 0);
    CHECK(type.play(false) == "+3 fails");
    CHECK(type.last() == finding(too_late{3, 10s}));
    CHECK(type.numbers() == std::vector{1, 2, 3});
    CHECK(type.least_available == 2);
}

TEST_CASE("a surge process that ends by itself before it is ready ends the rollout", "[rollout]")
{
    type_of_slots type(2, 1, 0);
    CHECK(!type.step());
    type.slot(3).ended = true;
    CHECK(type.step());
    CHECK(type.last() == finding(ended_beside_old{3}));
}

TEST_CASE("a surge process that ends later is waited for like any other", "[rollout]")
{
    type_of_slots type(2, 1, 0);
    CHECK(!type.step());
    type.make_ready(3);
    CHECK(!type.step());
    CHECK(type.story == "+3 -2 ");
    type.slot(3).ended = true;
    type.slot(3).ready_since.reset();
    CHECK(!type.step());
    CHECK(type.play() == "+3 -2 +2 -1 +1 -3 done");
}

TEST_CASE("the rollout is over when the last surge process has ended", "[rollout]")
{
    type_of_slots type(1, 1, 0);
    CHECK(!type.step());
    type.make_ready(2);
    CHECK(!type.step());
    type.end_one();
    type.make_ready(1);
    CHECK(!type.step());
    CHECK(type.story == "+2 -1 +1 -2 ");
    type.end_one();
    CHECK(type.step());
    CHECK(type.last() == finding(done{}));
}

TEST_CASE("by slots, too, never fewer than D - U available, never more than D + S", "[rollout]")
{
    std::mt19937 random(1);
    auto const number = [&](int from, int to) {
        return std::uniform_int_distribution(from, to)(random);
    };
    for (int run = 0; run < 3000; ++run) {
        int const wanted = number(1, 6), surge = number(0, 3), unavailable = number(0, 3);
        INFO("run " << run << ": " << wanted << '/' << surge << '/' << unavailable);
        type_of_slots type(wanted, surge, unavailable);
        int left = 1000;
        while (!type.step() && --left > 0) {
            auto const there = type.numbers();
            if (number(0, 1) == 1)
                type.end_one();
            else
                type.make_ready(there[std::size_t(number(0, int(there.size()) - 1))]);
        }
        REQUIRE(left > 0);
        CHECK(type.last() == finding(done{}));
        CHECK(type.numbers().size() == std::size_t(wanted));
        int const allowed = surge + unavailable == 0 ? 1 : unavailable;
        CHECK(type.least_available >= std::max(wanted - allowed, 0));
        CHECK(type.most <= wanted + surge);
    }
}

TEST_CASE("the bounds of a type whose settings are silent", "[rollout]")
{
    using procfile::amount;
    auto const limits_of = [](procfile::rollout_settings const& s, clients whose, int wanted) {
        auto const l = resolve(bounds_of(s, whose), wanted);
        return std::pair{l.surge, l.unavailable};
    };
    for (int n = 1; n < 8; ++n)
        CHECK(limits_of({}, clients::none, n) == std::pair{0, 1});
    CHECK(limits_of({}, clients::none, 8) == std::pair{0, 2});
    CHECK(limits_of({}, clients::none, 100) == std::pair{0, 25});
    CHECK(limits_of({}, clients::held, 100) == std::pair{0, 1});
    CHECK(limits_of({}, clients::served, 1) == std::pair{1, 0});
    CHECK(limits_of({}, clients::served, 5) == std::pair{2, 0});
    for (auto const whose : {clients::none, clients::held, clients::served}) {
        procfile::rollout_settings s;
        s.surge = amount{1};
        CHECK(limits_of(s, whose, 8) == std::pair{1, 0});
        s.unavailable = amount{50, amount::unit::percent};
        CHECK(limits_of(s, whose, 5) == std::pair{1, 2});
        s.surge = amount{0};
        CHECK(limits_of(s, whose, 1) == std::pair{0, 1});
    }
    procfile::rollout_settings two;
    two.unavailable = amount{2};
    CHECK(limits_of(two, clients::none, 8) == std::pair{0, 2});
    CHECK(limits_of(two, clients::served, 8) == std::pair{2, 2});
    CHECK(limits_of(two, clients::none, 1) == std::pair{0, 1});
}
