#include "supervisor/core/rollout.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <random>
#include <string>

using namespace core::rollout;
using namespace std::chrono_literals;

namespace {

// The old and new processes of a type. They start and stop as a step says.
class stage {
public:
    stage(limits l, std::string const& start) : limits_(l)
    {
        for (char const c : start)
            there_.push_back({next_++, c == 'n', true});
    }

    // The steps until the rollout is done or cannot go on, as "+n -o". New processes become
    // available at once, or never.
    std::string play(bool new_become_available = true)
    {
        std::string story;
        for (int i = 0; i < 100; ++i) {
            auto const what = next(limits_, there_);
            if (auto const* more = std::get_if<start>(&what)) {
                for (int n = 0; n < more->count; ++n) {
                    there_.push_back({next_++, true, false});
                    story += "+n ";
                }
            } else if (auto const* fewer = std::get_if<stop>(&what)) {
                for (int const gone : fewer->instances) {
                    std::erase_if(there_, [&](member const& m) { return m.instance == gone; });
                    stopped.push_back(gone);
                    story += "-o ";
                }
            } else if (std::holds_alternative<done>(what)) {
                return story + "done";
            } else if (new_become_available && make_one_available()) {
                continue;
            } else {
                return story + "waits";
            }
            watch();
        }
        return story + "endless";
    }

    int least_available = 1000, most = 0;
    std::vector<int> stopped;

private:
    bool make_one_available()
    {
        auto const m = std::find_if(there_.begin(), there_.end(),
                                    [](member const& each) { return !each.available; });
        if (m == there_.end())
            return false;
        m->available = true;
        return true;
    }
    void watch()
    {
        auto const available = std::count_if(there_.begin(), there_.end(),
                                             [](member const& m) { return m.available; });
        least_available = std::min(least_available, static_cast<int>(available));
        most = std::max(most, static_cast<int>(there_.size()));
    }

    limits limits_;
    int next_ = 1;
    std::vector<member> there_;
};

} // namespace

TEST_CASE("the tables of the rolling restart", "[rollout]")
{
    CHECK(stage({1, 1, 0}, "o").play() == "+n -o done");
    CHECK(stage({3, 1, 0}, "ooo").play() == "+n -o +n -o +n -o done");
    CHECK(stage({2, 0, 1}, "oo").play() == "-o +n -o +n done");
    CHECK(stage({2, 1, 0}, "oo").play(false) == "+n waits");
    CHECK(stage({1, 0, 1}, "o").play() == "-o +n done");
    CHECK(stage({4, 2, 0}, "oooo").play() == "+n +n -o +n -o +n -o -o done");
    CHECK(stage({0, 0, 1}, "").play() == "done");
    CHECK(stage({2, 0, 1}, "nn").play() == "done");
    CHECK(stage({3, 0, 1}, "n").play() == "+n +n done");
    CHECK(stage({1, 0, 1}, "ooo").play() == "-o -o -o +n done");
}

TEST_CASE("the highest number goes first, after those that serve nobody", "[rollout]")
{
    stage s({3, 0, 1}, "ooo");
    s.play();
    CHECK(s.stopped == std::vector<int>{3, 2, 1});
    std::vector<member> const there{{1, false, false}, {2, false, true}, {3, false, true}};
    CHECK(std::get<stop>(next({3, 0, 1}, there)).instances == std::vector<int>{1});
    std::vector<member> const two{
        {1, false, false}, {2, false, true}, {3, false, true}, {4, false, true}};
    CHECK(std::get<stop>(next({3, 0, 1}, two)).instances == std::vector<int>{1, 4});
}

TEST_CASE("a new one that never comes leaves the others alone", "[rollout]")
{
    stage s({3, 0, 1}, "ooo");
    CHECK(s.play(false) == "-o +n waits");
    CHECK(s.least_available == 2);
}

TEST_CASE("never fewer available than allowed, never more in all", "[rollout]")
{
    for (int wanted = 1; wanted <= 6; ++wanted)
        for (int surge = 0; surge <= 3; ++surge)
            for (int unavailable = surge == 0 ? 1 : 0; unavailable <= 3; ++unavailable) {
                INFO(wanted << '/' << surge << '/' << unavailable);
                stage s({wanted, surge, unavailable},
                        std::string(static_cast<std::size_t>(wanted), 'o'));
                auto const story = s.play();
                CHECK(story.ends_with("done"));
                CHECK(s.least_available >= std::max(wanted - unavailable, 0));
                CHECK(s.most <= wanted + surge);
            }
}

TEST_CASE("old processes that are not available are replaced like others, not all at once",
          "[rollout]")
{
    std::vector<member> const four{{1}, {2}, {3}, {4}};
    CHECK(next({4, 0, 1}, four) == step(stop{{4}}));
    CHECK(next({4, 0, 2}, four) == step(stop{{4, 3}}));
    CHECK(next({4, 0, 0}, four) == step(stop{{4}}));
    CHECK(next({4, 1, 0}, four) == step(start{1}));
    std::vector<member> const replaced{{1}, {2}, {3}, {4, true, false}};
    CHECK(next({4, 0, 1}, replaced) == step(wait{}));
    std::vector<member> const better{{1}, {2}, {3}, {4, true, true}};
    CHECK(next({4, 0, 1}, better) == step(stop{{3}}));
}

namespace {

// All processes of a type, each with what it is: old or new, available or not.
std::vector<member> members_of(int code, int count)
{
    std::vector<member> there;
    for (int n = 1; n <= count; ++n, code /= 4)
        there.push_back({n, code % 2 == 1, code / 2 % 2 == 1});
    return there;
}

int available_of(std::vector<member> const& there)
{
    return static_cast<int>(
        std::count_if(there.begin(), there.end(), [](auto const& m) { return m.available; }));
}

} // namespace

TEST_CASE("no step takes a type below D - U or above D + S, whatever there is", "[rollout]")
{
    for (int count = 0; count <= 6; ++count)
        for (int code = 0; code < 1 << (2 * count); ++code)
            for (int setting = 0; setting < 6 * 3 * 4; ++setting) {
                limits const l{setting % 6, setting / 6 % 3, setting / 18};
                auto const there = members_of(code, count);
                int const unavailable = l.surge + l.unavailable == 0 ? 1 : l.unavailable;
                int const least = std::max(l.wanted - unavailable, 0);
                auto const found = next(l, there);
                auto left = there;
                if (auto const* more = std::get_if<start>(&found)) {
                    if (more->count < 1 || count + more->count > l.wanted + l.surge)
                        FAIL("starts " << more->count << " of " << count << ", code " << code);
                } else if (auto const* fewer = std::get_if<stop>(&found)) {
                    for (int const gone : fewer->instances)
                        std::erase_if(left, [&](member const& m) { return m.instance == gone; });
                    bool const enough_available =
                        available_of(left) >= std::min(least, available_of(there));
                    bool const enough = static_cast<int>(left.size()) >= std::min(least, count);
                    bool const new_ones_stay =
                        std::count_if(left.begin(), left.end(), [](auto const& m) {
                            return m.is_new;
                        }) == std::count_if(there.begin(), there.end(), [](auto const& m) {
                            return m.is_new;
                        });
                    if (!enough_available || !enough || !new_ones_stay ||
                        left.size() == there.size())
                        FAIL("stops too many of " << count << ", code " << code << ", D "
                                                  << l.wanted << ", S " << l.surge << ", U "
                                                  << l.unavailable);
                }
            }
}

TEST_CASE("a rollout whose processes become available, old or new, always ends", "[rollout]")
{
    std::mt19937 random(1);
    auto const number = [&](int from, int to) {
        return std::uniform_int_distribution(from, to)(random);
    };
    for (int run = 0; run < 2000; ++run) {
        limits const l{number(0, 6), number(0, 3), number(0, 3)};
        std::vector<member> there;
        for (int n = 1; n <= l.wanted; ++n)
            there.push_back({n, false, number(0, 1) == 1});
        int name = l.wanted;
        bool over = false;
        for (int i = 0; i < 200 && !over; ++i) {
            auto const found = next(l, there);
            over = std::holds_alternative<done>(found);
            if (auto const* more = std::get_if<start>(&found))
                for (int n = 0; n < more->count; ++n)
                    there.push_back({++name, true, false});
            else if (auto const* fewer = std::get_if<stop>(&found))
                for (int const gone : fewer->instances)
                    std::erase_if(there, [&](member const& m) { return m.instance == gone; });
            else if (!over) // a new one becomes available, or an old one changes
                for (auto& m : there)
                    m.available = m.is_new ? m.available || number(0, 1) == 1 : number(0, 1) == 1;
        }
        INFO(l.wanted << '/' << l.surge << '/' << l.unavailable);
        CHECK(over);
    }
}

TEST_CASE("available is ready for long enough", "[rollout]")
{
    time_point const t{1h};
    CHECK(!available(std::nullopt, 0ms, t));
    CHECK(available(t, 0ms, t));
    CHECK(!available(t - 1999ms, 2s, t));
    CHECK(available(t - 2s, 2s, t));
}
