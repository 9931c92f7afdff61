#include "supervisor/core/log_format.hpp"
#include "supervisor/core/log_json.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>
#include <vector>

namespace {

std::vector<core::log_record> some_records()
{
    auto const time = *core::parse_iso("2026-11-23T07:30:00.123Z");
    return {{1, time, "web.1", "short", false},
            {2, time, "web.1", "", true},
            {0, time, "system", std::string(65'536, '\x1b'), true},
            {3, time, "web.2", std::string(70'001, '\xff'), false},
            {4, time, "web.2", "gr\xc3\xbc\xc3\x9f", false},
            {5, time, "web.2", std::string(3072, 'x') + "\"", false}};
}

std::string whole(std::vector<core::log_record> const& records)
{
    core::text_buffer out;
    for (auto const& r : records)
        core::append_json(out, {r.seq, core::iso_text_ms(r.time), r.process, r.partial}, r.bytes);
    return std::string(out.view());
}

} // namespace

TEST_CASE("records in steps give the same JSON as at once", "[log_json]")
{
    auto const most = GENERATE(std::size_t{1}, std::size_t{1000}, std::size_t{32} << 10);
    core::json_lines lines(some_records());
    std::string got;
    for (auto step = lines.take(most); !step.empty(); step = lines.take(most))
        got += step.view();
    CHECK((got == whole(some_records()))); // half a megabyte is not shown
    CHECK(lines.take(most).empty());
}

TEST_CASE("a step of a line of control bytes is no larger than another", "[log_json]")
{
    core::json_lines lines(some_records());
    for (auto step = lines.take(32 << 10); !step.empty(); step = lines.take(32 << 10))
        CHECK(step.size() <= (32 << 10) + (20 << 10));
}

TEST_CASE("no records give no JSON", "[log_json]")
{
    CHECK(core::json_lines({}).take(1).empty());
}
