#include "supervisor/core/start_table.hpp"
#include "tests/fixtures/catch.hpp"

using namespace core::start;

namespace {

constexpr auto all_kept = {kept::absent, kept::present};
constexpr auto all_lines = {command_line::silent, command_line::same, command_line::changed};
constexpr auto all_counts = {file_count::absent, file_count::same, file_count::changed};
constexpr auto all_ran = {kept_release::absent, kept_release::usable};
constexpr auto all_last = {last_read::other, last_read::same};
constexpr auto all_differences = {difference::not_compared, difference::none, difference::some,
                                  difference::no_app};
constexpr auto all_standings = {standing::first, standing::new_release, standing::read_last,
                                standing::same_release};

} // namespace

TEST_CASE("the first that says so decides a count: -m, the kept state, the file, the verb",
          "[start]")
{
    using from = count_source;
    struct {
        kept state;
        command_line given;
        from expected[3]; // the file has no count, the same one, another one
    } const table[] = {
        {kept::absent, command_line::silent, {from::verb, from::file, from::file}},
        {kept::absent,
         command_line::same,
         {from::command_line, from::command_line, from::command_line}},
        {kept::absent,
         command_line::changed,
         {from::command_line, from::command_line, from::command_line}},
        {kept::present, command_line::silent, {from::kept, from::kept, from::file}},
        {kept::present, command_line::same, {from::kept, from::kept, from::command_line}},
        {kept::present,
         command_line::changed,
         {from::command_line, from::command_line, from::command_line}},
    };
    std::size_t rows = 0;
    for (auto const& row : table) {
        ++rows;
        std::size_t column = 0;
        for (auto const file_now : all_counts) {
            INFO("row " << rows << ", column " << column + 1);
            CHECK(count_from(row.given, row.state, file_now) == row.expected[column++]);
        }
    }
    CHECK(rows == all_kept.size() * all_lines.size());
}

TEST_CASE("the text of -m says something new when its text is another than the kept one", "[start]")
{
    core::kept_state silent, two;
    two.formation = "web=2";
    CHECK(compare(std::nullopt, nullptr) == command_line::silent);
    CHECK(compare(std::nullopt, &silent) == command_line::silent);
    CHECK(compare(std::nullopt, &two) == command_line::silent);
    CHECK(compare("web=2", nullptr) == command_line::changed);
    CHECK(compare("web=2", &silent) == command_line::changed);
    CHECK(compare("web=2", &two) == command_line::same);
    CHECK(compare("web=3", &two) == command_line::changed);
}

TEST_CASE("a count of the file is a change only when the type was there before", "[start]")
{
    CHECK(compare(std::nullopt, std::nullopt, known_before::no) == file_count::absent);
    CHECK(compare(std::nullopt, std::nullopt, known_before::yes) == file_count::absent);
    CHECK(compare(std::nullopt, 2, known_before::yes) == file_count::absent);
    CHECK(compare(2, std::nullopt, known_before::no) == file_count::same);
    CHECK(compare(2, std::nullopt, known_before::yes) == file_count::changed);
    CHECK(compare(2, 2, known_before::yes) == file_count::same);
    CHECK(compare(2, 3, known_before::yes) == file_count::changed);
}

TEST_CASE("the file's rule counts where none was kept, and where it has changed", "[start]")
{
    CHECK(rule_from(kept::absent, file_rule::same) == rule_source::file);
    CHECK(rule_from(kept::absent, file_rule::changed) == rule_source::file);
    CHECK(rule_from(kept::present, file_rule::same) == rule_source::kept);
    CHECK(rule_from(kept::present, file_rule::changed) == rule_source::file);
}

TEST_CASE("a type takes count and rule as decided, and all else as it was kept", "[start]")
{
    core::kept_type fresh, before;
    fresh.wanted = 5;
    fresh.rule = core::autoscale::rule{1, 5, 50};
    before.wanted = 2;
    before.release = 7;
    before.held = {1, 3};
    before.rule = core::autoscale::rule{2, 4, 70};
    before.last_rescale = core::wall_time{std::chrono::hours(5)};
    for (auto const rule : {rule_source::kept, rule_source::file})
        for (auto const count : {count_source::command_line, count_source::kept, count_source::file,
                                 count_source::verb}) {
            CHECK(merge(fresh, nullptr, count, rule) == fresh);
            auto expected = before;
            if (count != count_source::kept)
                expected.wanted = 5;
            if (rule == rule_source::file)
                expected.rule = fresh.rule;
            CHECK(merge(fresh, &before, count, rule) == expected);
        }
    fresh.rule.reset(); // the file's rule was taken away
    CHECK(!merge(fresh, &before, count_source::kept, rule_source::file).rule);
}

TEST_CASE("the files make a new release unless they are the ones read last or make no difference",
          "[start]")
{
    for (auto const state : all_kept)
        for (auto const ran : all_ran)
            for (auto const last : all_last)
                for (auto const files : all_differences) {
                    auto const found = stand(state, ran, last, files);
                    INFO(int(state) << int(ran) << int(last) << int(files));
                    if (state == kept::absent)
                        CHECK(found == standing::first);
                    else if (ran == kept_release::absent)
                        CHECK(found == standing::new_release);
                    else if (last == last_read::same)
                        CHECK(found == standing::read_last);
                    else if (files == difference::none)
                        CHECK(found == standing::same_release);
                    else
                        CHECK(found == standing::new_release);
                }
}

TEST_CASE("only a first and a next release are new", "[start]")
{
    CHECK(is_new(standing::first));
    CHECK(is_new(standing::new_release));
    CHECK(!is_new(standing::read_last));
    CHECK(!is_new(standing::same_release));
}

TEST_CASE("a new release has the next number, any other start goes on under the kept one",
          "[start]")
{
    numbers const before{3, 5, 4}; // v5 was rolled back, the files were those of v4
    CHECK(number(standing::first, {}) == numbers{1, 1, 1});
    CHECK(number(standing::new_release, before) == numbers{6, 6, 6});
    CHECK(number(standing::read_last, before) == numbers{3, 5, 4});
    CHECK(number(standing::same_release, before) == numbers{3, 5, 3});
    numbers const damaged{3, 1, 3}; // the newest number is never below that of the release
    CHECK(number(standing::same_release, damaged) == numbers{3, 3, 3});
    CHECK(number(standing::read_last, damaged) == numbers{3, 3, 3});
}

TEST_CASE("a type keeps its release unless it is new, unknown or has to be restarted", "[start]")
{
    for (auto const state : all_kept)
        for (auto const ran : all_ran)
            for (auto const files : all_standings)
                for (auto const type : {type_change::none, type_change::needs_restart}) {
                    INFO(int(state) << int(ran) << int(files) << int(type));
                    bool const restarts =
                        type == type_change::needs_restart &&
                        (files == standing::first || files == standing::new_release);
                    bool const keeps = state == kept::present && ran == kept_release::usable;
                    CHECK(release_from(state, ran, files, type) ==
                          (keeps && !restarts ? release_source::kept : release_source::starting));
                }
}
