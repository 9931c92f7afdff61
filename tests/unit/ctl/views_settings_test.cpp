#include "supervisor/ctl/views.hpp"
#include "tests/fixtures/catch.hpp"

TEST_CASE("The table of limits says where a limit is not enforced")
{
    core::api::limits_view none, held, loose;
    none.type = "clock";
    held.type = "web";
    held.cpu = 0.5;
    held.memory = 512 << 20;
    loose.type = "worker";
    loose.cpu = 1;
    loose.reason = "no cgroup";
    CHECK(ctl::limits_text({none, held, loose}) ==
          "PTYPE     REQUEST    CPU    MEMORY    OPEN FILES    ENFORCED\n"
          "clock     1          -      -         -             -\n"
          "web       1          0.5    512Mi     -             yes\n"
          "worker    1          1      -         -             no: no cgroup\n");
}

TEST_CASE("A decision shows the arithmetic behind the count")
{
    core::api::decision_view d;
    d.time = *core::parse_iso("2026-11-23T07:30:00Z");
    d.condition = "ScalingLimited";
    d.reason = "more load";
    d.from = 2;
    d.to = 4;
    d.target_percent = 50;
    d.ready = 2;
    CHECK(ctl::decisions_text({d}) ==
          "2026-11-23T07:30:00.000Z  ScalingLimited      2 -> 4: more load\n");
    d.usage_millicores = 4000;
    d.request_millicores = 2000;
    d.utilization = 200;
    d.raw = 8;
    d.proposed = 4;
    CHECK(ctl::decisions_text({d}) ==
          "2026-11-23T07:30:00.000Z  ScalingLimited      2 -> 4: more load; 200% of request "
          "(4000m of 2000m, 2 ready), target 50%: 8, limited to 4\n");
}
