#include "supervisor/ctl/progress.hpp"
#include "tests/fixtures/catch.hpp"

using namespace std::chrono_literals;

TEST_CASE("Plain lines come at most once a second, and the last one always")
{
    ctl::paced_lines lines;
    ctl::paced_lines::time_point const t0{1h};
    CHECK(lines.next("1 of 9", t0) == "1 of 9");
    CHECK(!lines.rest());
    CHECK(!lines.next("2 of 9", t0 + 10ms));
    CHECK(!lines.next("3 of 9", t0 + 999ms));
    CHECK(lines.next("4 of 9", t0 + 1s) == "4 of 9");
    CHECK(!lines.next("5 of 9", t0 + 1999ms));
    CHECK(lines.rest() == "5 of 9");
    CHECK(!lines.rest());
}
