#include "supervisor/core/log_file_name.hpp"
#include "tests/fixtures/catch.hpp"

TEST_CASE("a log file is called after its process", "[log_file_name]")
{
    CHECK(core::log_file_name("web.1") == "web.1.log");
    CHECK(core::log_file_name("system") == "system.log");
}

TEST_CASE("procd knows its own log files by their names", "[log_file_name]")
{
    for (auto const* name :
         {"web.1.log", "web.1.log.1", "web.12.log.10", "system.log", "system.log.5", "router.log",
          "router.log.2", "release.1.log", "a-b_c.3.log"})
        CHECK(core::is_log_file_name(name));
}

TEST_CASE("files of others are none of procd's log files", "[log_file_name]")
{
    for (auto const* name : {"production.log",
                             "production.log.1",
                             "production.0.log",
                             "web.log",
                             "web.01.log",
                             "web.1.log.0",
                             "web.1.log.01",
                             "web.1.log.gz",
                             "web.1.log.1.gz",
                             "web.1.txt",
                             "web.1",
                             "web.1.log.",
                             ".log",
                             "log",
                             "",
                             "1",
                             ".1",
                             "my app.1.log",
                             "system.1",
                             "system.log.old",
                             "systems.log",
                             "routers.log",
                             "a.b.1.log",
                             "2026.11.27.log",
                             "-.log"})
        CHECK_FALSE(core::is_log_file_name(name));
}
