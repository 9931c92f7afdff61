#include "supervisor/core/duration.hpp"
#include "tests/fixtures/catch.hpp"

using core::duration_text;
using namespace std::chrono_literals;

TEST_CASE("spans are said in their two largest units", "[duration]")
{
    CHECK(duration_text(0ms) == "0s");
    CHECK(duration_text(-5ms) == "0s");
    CHECK(duration_text(250ms) == "250ms");
    CHECK(duration_text(1s) == "1s");
    CHECK(duration_text(1500ms) == "1.5s");
    CHECK(duration_text(9999ms) == "9.9s");
    CHECK(duration_text(12'345ms) == "12s");
    CHECK(duration_text(184s) == "3m4s");
    CHECK(duration_text(180s) == "3m");
    CHECK(duration_text(7380s) == "2h3m");
    CHECK(duration_text(122h) == "5d2h");
}
