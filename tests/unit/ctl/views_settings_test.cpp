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

TEST_CASE("A decision by requests shows them, and the metric that decided where there are two")
{
    core::api::decision_view d;
    d.time = *core::parse_iso("2026-11-23T07:30:00Z");
    d.condition = "SucceededRescale";
    d.reason = "why";
    d.from = 2;
    d.to = 3;
    d.ready = 2;
    d.target_concurrency = 10;
    d.requests = 25.04;
    d.concurrency_count = d.raw = d.proposed = 3;
    d.decided_by = "concurrency";
    auto const line = [&] { return ctl::decisions_text({d}).substr(46); };
    CHECK(line() ==
          "2 -> 3: why; requests in flight: 25 (2 ready, 12.5 each), target 10 each: 3\n");
    d.unready = 1;
    CHECK(line() ==
          "2 -> 3: why; requests in flight: 25 (2 ready, 12.5 each, 1 unready), target 10 "
          "each: 3\n");
    d.unready = 0;
    d.target_percent = 50;
    d.utilization = 60;
    d.usage_millicores = 1200;
    d.request_millicores = 2000;
    d.cpu_count = 5;
    d.raw = 5;
    d.proposed = 4;
    d.decided_by = "cpu";
    CHECK(line() ==
          "2 -> 3: why; 60% of request (1200m of 2000m, 2 ready), target 50%: 5; "
          "requests in flight: 25 (2 ready, 12.5 each), target 10 each: 3; decided by cpu, "
          "limited to 4\n");
    // Nothing was decided: a metric is missing.
    d.decided_by.reset();
    d.raw.reset();
    d.proposed.reset();
    d.utilization.reset();
    d.ready = 0;
    d.concurrency_count.reset();
    CHECK(line() == "2 -> 3: why; requests in flight: 25 (0 ready), target 10 each\n");
    d.requests.reset();
    CHECK(line() == "2 -> 3: why\n");
}

TEST_CASE("The table of rules has a column for requests where a rule has them")
{
    core::api::autoscale_view const cpu{"web", 3, 8, 75}, requests{"api", 1, 4, std::nullopt, 10},
        both{"admin", 1, 2, 50, 5};
    CHECK(ctl::autoscale_text({cpu}) == "PTYPE    PERCENT    MIN    MAX\n"
                                        "web      75         3      8\n");
    CHECK(ctl::autoscale_text({both, requests, cpu}) ==
          "PTYPE    PERCENT    CONCURRENCY    MIN    MAX\n"
          "admin    50         5              1      2\n"
          "api      -          10             1      4\n"
          "web      75         -              3      8\n");
}
