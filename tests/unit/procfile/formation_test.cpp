#include "procfile/formation.hpp"
#include "tests/fixtures/catch.hpp"

#include <stdexcept>

using namespace procfile;
using counts = std::map<std::string, int>;

namespace {

std::vector<std::string> const types{"web", "worker", "clock"};

change set(std::string type, int n)
{
    return {std::move(type), change_kind::set, n};
}
change add(std::string type, int n)
{
    return {std::move(type), change_kind::add, n};
}
change take(std::string type, int n)
{
    return {std::move(type), change_kind::subtract, n};
}

template <class T>
void check_error(formation_result<T> const& result, std::string const& message,
                 bool unknown_type = false)
{
    REQUIRE(result.has_error());
    CHECK(result.error().message == message);
    CHECK(result.error().unknown_type == unknown_type);
}

} // namespace

TEST_CASE("one change is a type, a sign and a number", "[formation]")
{
    CHECK(parse_change("web=2").value() == set("web", 2));
    CHECK(parse_change("web+1").value() == add("web", 1));
    CHECK(parse_change("web-1").value() == take("web", 1));
    CHECK(parse_change(" web = 0 ").value() == set("web", 0));
    CHECK(parse_change("all=1").value() == set("all", 1));
    CHECK(parse_change("a-b-2").value() == take("a-b", 2));
    CHECK(parse_change("-=2").value() == set("-", 2));
    CHECK(parse_change("web=010000").value() == set("web", 10'000));
}

TEST_CASE("what is no change is refused with the pattern", "[formation]")
{
    for (std::string const word : {"web=x", "web", "", "=2", "web=", "web=-1", "web=+1", "web=2=3",
                                   "we.b=2", "web:2", "web=1.5", "web=0x2", "+1", "-1", "web=2,"}) {
        INFO(word);
        check_error(parse_change(word),
                    "'" + word + "' does not match the pattern 'type=N', e.g. web=2");
    }
    check_error(parse_change("web=10001"),
                "'web=10001' is more than the 10000 processes a type may have");
    check_error(parse_change("web+99999999999999999999"),
                "'web+99999999999999999999' is more than the 10000 processes a type may have");
}

TEST_CASE("a formation is a list of absolute changes", "[formation]")
{
    CHECK(parse_formation("").value().empty());
    CHECK(parse_formation("  ").value().empty());
    CHECK(parse_formation("all=1, web = 2").value() == std::vector{set("all", 1), set("web", 2)});
    check_error(parse_formation("web=1,worker+1"),
                "'worker+1' does not match the pattern 'type=N', e.g. web=2");
    check_error(parse_formation("web=1,"), "'' does not match the pattern 'type=N', e.g. web=2");
    check_error(parse_formation("web=1;worker=2"),
                "'web=1;worker=2' does not match the pattern 'type=N', e.g. web=2");
}

TEST_CASE("types that -m does not name are off unless all is", "[formation]")
{
    auto const resolved = [](std::vector<change> const& changes) {
        return resolve(changes, types, 7).value();
    };
    CHECK(resolved({}) == counts{{"web", 7}, {"worker", 7}, {"clock", 7}});
    CHECK(resolved({set("web", 2)}) == counts{{"web", 2}, {"worker", 0}, {"clock", 0}});
    CHECK(resolved({set("all", 1)}) == counts{{"web", 1}, {"worker", 1}, {"clock", 1}});
    CHECK(resolved({set("all", 1), set("web", 0)}) ==
          counts{{"web", 0}, {"worker", 1}, {"clock", 1}});
    CHECK(resolved({set("web", 0), set("all", 1)}) == // a name wins over `all`
          counts{{"web", 0}, {"worker", 1}, {"clock", 1}});
    CHECK(resolved({set("web", 1), set("web", 3), set("all", 1), set("all", 2)}) ==
          counts{{"web", 3}, {"worker", 2}, {"clock", 2}});
}

TEST_CASE("a formation of an unknown type or of none is refused", "[formation]")
{
    auto const wrong = [](change const& c) { return resolve(std::vector{c}, types, 1); };
    check_error(wrong(set("wbe", 1)), "no process type 'wbe' (did you mean 'web'?)", true);
    check_error(wrong(set("database", 1)), "no process type 'database'", true);
    check_error(wrong(add("web", 1)), "'web+1' does not match the pattern 'type=N', e.g. web=2");
    CHECK(resolve({}, {}, 1).value().empty());
}

TEST_CASE("a scale changes what it names, in order", "[formation]")
{
    counts const current{{"web", 2}, {"worker", 1}};
    auto const applied = [&](std::vector<change> const& changes) {
        return procfile::apply(changes, current).value();
    };
    CHECK(applied({}) == current);
    CHECK(applied({set("worker", 3)}) == counts{{"web", 2}, {"worker", 3}});
    CHECK(applied({add("web", 1), take("worker", 1)}) == counts{{"web", 3}, {"worker", 0}});
    CHECK(applied({set("web", 1), add("web", 4), take("web", 2)}) ==
          counts{{"web", 3}, {"worker", 1}});
    CHECK(applied({set("all", 5), add("all", 1)}) == counts{{"web", 6}, {"worker", 6}});
    CHECK(applied({set("web", max_count)}).at("web") == max_count);
}

TEST_CASE("a scale is refused whole", "[formation]")
{
    counts const current{{"web", 2}, {"worker", 1}};
    auto const wrong = [&](std::vector<change> const& changes) {
        return procfile::apply(changes, current);
    };
    check_error(wrong({set("web", 5), set("wroker", 1)}),
                "no process type 'wroker' (did you mean 'worker'?)", true);
    check_error(wrong({take("web", 3)}), "'web-3' with web at 2 is less than no process");
    check_error(wrong({take("all", 2)}), "'worker-2' with worker at 1 is less than no process");
    check_error(wrong({set("web", 9'999), add("web", 2)}),
                "'web+2' with web at 9999 is more than the 10000 processes a type may have");
    check_error(procfile::apply(std::vector{set("web", 1)}, {}), "no process type 'web'", true);
}

TEST_CASE("an error thrown by value() carries its message", "[formation]")
{
    CHECK_THROWS_AS(parse_change("x").value(), std::invalid_argument);
    try {
        parse_change("x").value();
    } catch (std::invalid_argument const& e) {
        CHECK(std::string{e.what()} == "'x' does not match the pattern 'type=N', e.g. web=2");
    }
}

TEST_CASE("the items of a formation may stand behind blanks or commas", "[formation]")
{
    auto const parsed = [](char const* text) {
        std::string all;
        for (change const& c : parse_formation(text).value())
            all += c.type + '=' + std::to_string(c.amount) + ' ';
        return all;
    };
    CHECK(parsed("web=2 worker=1") == "web=2 worker=1 ");
    CHECK(parsed(" web = 2\tworker = 1 , clock=0 ") == "web=2 worker=1 clock=0 ");
    CHECK(parsed("web=2, worker=1") == "web=2 worker=1 ");
    CHECK(parsed("web=1 0") == "web=10 ");
    for (char const* bad : {"web=2 worker", "web= worker=1", "web=2,,worker=1", "web=2 =1"})
        CHECK(!parse_formation(bad));
}

TEST_CASE("words of the command line choose types, with a count or without", "[formation]")
{
    using words = std::vector<std::string>;
    using chosen = std::vector<selected>;
    auto const parsed = [](words const& w) { return parse_selection(w).value(); };
    CHECK(parsed({"web", "worker"}) == chosen{{"web", {}}, {"worker", {}}});
    CHECK(parsed({"web=2", "clock"}) == chosen{{"web", 2}, {"clock", {}}});
    CHECK(parsed({"web,worker=3"}) == chosen{{"web", {}}, {"worker", 3}});
    CHECK(parsed({"web.1"}) == chosen{{"web", 1}});
    CHECK(parsed({"my-web"}) == chosen{{"my-web", {}}});
    CHECK(parsed({"a.b", "1.", "."}) == chosen{{"a.b", {}}, {"1.", {}}, {".", {}}});
    CHECK(parsed({}).empty());
    CHECK(parsed({",", ""}).empty());
    CHECK(parse_selection(words{"web.2"}).error().message ==
          "'web.2' is one process of several; name the type and how many of it, e.g. web=2");
    for (char const* bad : {"web=", "web=x", "=2", "web+1"})
        CHECK(!parse_selection(words{bad}));
}
