#include "supervisor/core/process_id.hpp"
#include "tests/fixtures/catch.hpp"

using core::parse_process_id;
using core::process_id;

TEST_CASE("a process is named type.N", "[process_id]")
{
    CHECK(process_id{"web", 1}.str() == "web.1");
    CHECK(parse_process_id("web.1") == process_id{"web", 1});
    CHECK(parse_process_id("my-job_2.10000") == process_id{"my-job_2", 10000});
}

TEST_CASE("nothing else is a process's name", "[process_id]")
{
    for (auto const* text :
         {"", "web", "web.", ".1", "web.0", "web.01", "web.-1", "web.+1", "web.1 ", " web.1",
          "web.1.2", "web.10001", "web.99999999999", "web.x", "w b.1"}) {
        CAPTURE(text);
        CHECK(!parse_process_id(text));
    }
}

TEST_CASE("processes sort by type, then by number", "[process_id]")
{
    CHECK(process_id{"web", 2} < process_id{"web", 10});
    CHECK(process_id{"a", 2} < process_id{"b", 1});
}
