#include "procfile/formation.hpp"
#include "supervisor/core/autoscale_rule.hpp"
#include "tests/fixtures/catch.hpp"

using namespace core::autoscale;

namespace {

rule each(int concurrency, int min = 1, int max = 99)
{
    return {min, max, std::nullopt, concurrency};
}

rule both(int percent, int concurrency, int min = 1, int max = 99)
{
    return {min, max, percent, concurrency};
}

procfile::type_spec type(char const* listen, procfile::share_mode share)
{
    procfile::type_spec t;
    t.name = "web";
    if (*listen != 0)
        t.settings.front.listen = *procfile::parse_listen_address(listen);
    t.settings.front.share = share;
    return t;
}

} // namespace

TEST_CASE("a rule in words", "[autoscale]")
{
    CHECK(target_text({1, 2, 75}) == "75 % CPU");
    CHECK(target_text(each(10)) == "10 requests per process");
    CHECK(target_text(each(1)) == "1 request per process");
    CHECK(target_text(both(50, 10)) == "50 % CPU and 10 requests per process");
    procfile::type_settings s;
    CHECK(!rule_of(s));
    s.autoscale = procfile::autoscale_settings{1, 4, std::nullopt, 10};
    CHECK(rule_of(s) == each(10, 1, 4));
    s.autoscale->cpu_percent = 60;
    CHECK(rule_of(s) == both(60, 10, 1, 4));
}

TEST_CASE("a rule that makes no sense is refused with the reason", "[autoscale]")
{
    auto const plain = type("", procfile::share_mode::proxy);
    auto const fronted = type("80", procfile::share_mode::proxy);
    auto const passed = type("80", procfile::share_mode::listen_fds);
    CHECK(problem_of({1, 1, 1}, plain) == "");
    CHECK(problem_of({1, procfile::max_count, 75}, plain) == "");
    CHECK(problem_of(each(1), fronted) == "");
    CHECK(problem_of(both(50, 10), fronted) == "");
    CHECK(problem_of({0, 1, 50}, plain) == "min must be 1 or more");
    CHECK(problem_of({3, 2, 50}, plain) == "max must not be smaller than min");
    CHECK(problem_of({1, procfile::max_count + 1, 50}, plain) ==
          "max must not be more than " + std::to_string(procfile::max_count));
    CHECK(problem_of({1, 2, 0}, plain) == "cpu-percent must be 1 or more");
    CHECK(problem_of(both(0, 10), fronted) == "cpu-percent must be 1 or more");
    CHECK(problem_of(each(0), fronted) == "concurrency must be 1 or more");
    CHECK(problem_of(both(50, -1), fronted) == "concurrency must be 1 or more");
    CHECK(problem_of({1, 2}, fronted) == "give cpu-percent, concurrency, or both");
    std::string const remedy = " in procd.toml, or give cpu-percent in place of concurrency";
    CHECK(problem_of(each(10), plain) ==
          "concurrency: 'web' has no front port, which counts the requests; give it listen" +
              remedy);
    CHECK(problem_of(both(50, 10), plain) == problem_of(each(10), plain));
    CHECK(
        problem_of(each(10), passed) ==
        "concurrency: with share = \"listen_fds\" nobody counts the requests of 'web'; set share = "
        "\"proxy\"" +
            remedy);
}
