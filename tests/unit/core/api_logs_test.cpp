#include "supervisor/core/api_logs.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>

using core::api::log_files_view;

TEST_CASE("where the log files have old lines comes back from JSON as it was", "[api_logs]")
{
    auto const time = *core::parse_iso("2026-11-23T07:30:00.123Z");
    auto const view = GENERATE_COPY(
        log_files_view{std::nullopt, time, {}},
        log_files_view{"/srv/app/.procd/log", time, {{"web.1", 7, 100, 20}, {"system", 8, 0, 0}}});
    CHECK(core::api::log_files_of(core::api::to_json(view)) == view);
}

TEST_CASE("other lines do not tell where log files are", "[api_logs]")
{
    auto const text = GENERATE(R"({"seq":1,"time":"x","process":"web.1","line":""})", "[]", "1",
                               R"({"missed":1})", R"({"log_files":1})", R"({"past":"end"})",
                               R"({"log_files":{"directory":null,"time":"now","processes":[]}})",
                               R"({"log_files":{"directory":null,"processes":[]}})");
    CHECK_FALSE(core::api::log_files_of(boost::json::parse(text)));
}

TEST_CASE("the end of the past is a line of its own", "[api_logs]")
{
    CHECK(core::api::is_past_end(core::api::past_end_json()));
    CHECK(core::api::is_past_end(boost::json::parse(R"({"past":"end"})")));
    auto const other = GENERATE(R"({"seq":1,"time":"x","process":"web.1","line":"end"})", "[]",
                                R"("past")", R"({"missed":1})", R"({"past":"present"})");
    CHECK_FALSE(core::api::is_past_end(boost::json::parse(other)));
}
