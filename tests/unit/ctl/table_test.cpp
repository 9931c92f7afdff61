#include "supervisor/ctl/table.hpp"
#include "tests/fixtures/catch.hpp"

TEST_CASE("Columns are four blanks apart, and rows end without any")
{
    CHECK(ctl::table_text({{"A", "LONG", "C"}, {"wide", "x", ""}, {"", "", "z"}}) ==
          "A       LONG    C\n"
          "wide    x\n"
          "                z\n");
}

TEST_CASE("No rows are no text")
{
    CHECK(ctl::table_text({}).empty());
}
