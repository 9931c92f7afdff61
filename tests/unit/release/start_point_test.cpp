#include "supervisor/release/start_point.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

// One start of `procd serve` with a type `web`. The numbers stand for counts of it.
struct given {
    char const* description;
    std::optional<std::string> formation = {};      // what -m says now
    std::string toml = {};                          // procd.toml now
    int default_count = 1;                          // what -m, the file or the verb make of these
    bool kept = true;                               // there is a kept state
    std::optional<std::string> kept_formation = {}; // what -m said then
    std::string kept_toml = {};
    int expected = 0;
};

constexpr int kept_count = 7;

procfile::app_files files_of(std::string const& toml)
{
    procfile::app_files files;
    files.procfile = {"Procfile", "web: exec sleep 60\n"};
    if (!toml.empty())
        files.config = {"procd.toml", toml};
    return files;
}

procd::app::loaded loaded_from(given const& g)
{
    procd::app::loaded seen;
    seen.files = files_of(g.toml);
    seen.app.spec = procfile::merge(seen.files).spec;
    seen.app.root = "/app";
    seen.app.started_as = procd::app::verb::serve;
    seen.app.counts["web"] = g.default_count;
    return seen;
}

procd::release::state_files::kept kept_from(given const& g)
{
    procd::release::state_files::kept kept;
    if (!g.kept)
        return kept;
    core::release first;
    first.number = 1;
    first.root = "/app";
    first.files = files_of(g.kept_toml);
    kept.releases[1] = first;
    kept.state.emplace();
    kept.state->formation = g.kept_formation;
    kept.state->types["web"].wanted = kept_count;
    return kept;
}

} // namespace

TEST_CASE("the count is decided by -m, else by what was kept, the file, the verb", "[start_point]")
{
    std::string const two = "[types.web]\ncount = 2\n", three = "[types.web]\ncount = 3\n";
    auto const g = GENERATE_COPY(
        given{"nothing but the verb", {}, "", 1, false, {}, "", 1},
        given{"the file says", {}, two, 2, false, {}, "", 2},
        given{"-m says", "web=5", two, 5, false, {}, "", 5},
        given{"kept, nothing else", {}, "", 1, true, {}, "", kept_count},
        given{"kept, the file as before", {}, two, 2, true, {}, two, kept_count},
        given{"the file has changed since", {}, three, 3, true, {}, two, 3},
        given{"the file has begun to say", {}, two, 2, true, {}, "", 2},
        given{"the file no longer says", {}, "", 1, true, {}, two, kept_count},
        given{"-m as before", "web=5", "", 5, true, "web=5", "", kept_count},
        given{"-m has changed", "web=5", "", 5, true, "web=4", "", 5},
        given{"-m is new", "web=5", "", 5, true, {}, "", 5},
        given{"-m is gone", {}, "", 1, true, "web=4", "", kept_count},
        given{"-m as before, the file changed", "web=5", three, 5, true, "web=5", two, 5});
    INFO(g.description);
    auto const start = procd::release::find_start_point(loaded_from(g), g.formation, kept_from(g));
    REQUIRE(start.has_value());
    CHECK(start->types.at("web").wanted == g.expected);
    CHECK(start->formation == g.formation);
}

TEST_CASE("a type that was not kept starts as the files say", "[start_point]")
{
    given g{"a new type", {}, "", 4};
    auto kept = kept_from(g);
    kept.state->types.clear();
    auto const start = procd::release::find_start_point(loaded_from(g), {}, std::move(kept));
    REQUIRE(start.has_value());
    CHECK(start->types.at("web").wanted == 4);
}

TEST_CASE("the same files go on with the kept release, others make the next", "[start_point]")
{
    given const same{"the same", {}, "", 1};
    auto const goes_on = procd::release::find_start_point(loaded_from(same), {}, kept_from(same));
    REQUIRE(goes_on.has_value());
    CHECK_FALSE(goes_on->is_new);
    CHECK(goes_on->now->record.number == 1);

    given const other{"others", {}, "[types.web]\nenv = { A = \"1\" }\n", 1};
    auto const next = procd::release::find_start_point(loaded_from(other), {}, kept_from(other));
    REQUIRE(next.has_value());
    CHECK(next->is_new);
    CHECK(next->now->record.number == 2);
    REQUIRE(next->fallback);
    CHECK(next->fallback->record.number == 1);
    CHECK(next->release_of.at("web") == 2);
    CHECK(next->fallback_release_of.at("web") == 1);
}
