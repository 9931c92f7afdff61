#include "supervisor/core/restart.hpp"
#include "tests/fixtures/catch.hpp"

#include <cerrno>

using namespace core;
using namespace std::chrono_literals;

TEST_CASE("the delays double from the second restart on, up to the cap", "[restart]")
{
    procfile::backoff_settings const s;
    CHECK(backoff_delay(s, 1, exited{1}) == 0ms);
    CHECK(backoff_delay(s, 2, exited{1}) == 1s);
    CHECK(backoff_delay(s, 3, exited{1}) == 2s);
    CHECK(backoff_delay(s, 7, exited{1}) == 32s);
    CHECK(backoff_delay(s, 8, exited{1}) == 60s);
    CHECK(backoff_delay(s, 1'000'000, exited{1}) == 60s);
}

TEST_CASE("the settings are taken as they are", "[restart]")
{
    procfile::backoff_settings s;
    s.first = 250ms;
    s.initial = 3s;
    s.max = 2s;
    CHECK(backoff_delay(s, 1, exited{1}) == 250ms);
    CHECK(backoff_delay(s, 2, exited{1}) == 2s);
    s.initial = 0ms;
    CHECK(backoff_delay(s, 50, exited{1}) == 0ms);
}

TEST_CASE("a launch that failed waits a second from the second attempt on", "[restart]")
{
    procfile::backoff_settings s;
    s.initial = 0ms;
    never_started const failure{"chdir", ENOENT, "/gone"};
    CHECK(backoff_delay(s, 1, failure) == 0ms);
    CHECK(backoff_delay(s, 2, failure) == 1s);
}

TEST_CASE("a shortage is not the command's fault", "[restart]")
{
    for (int const error : {EMFILE, ENFILE, EAGAIN, ENOMEM, ENOSPC})
        CHECK(is_shortage(never_started{"fork", error, {}}));
    CHECK(!is_shortage(never_started{"exec", ENOENT, {}}));
    CHECK(!is_shortage(exited{1}));
    CHECK(should_restart(procfile::restart_policy::never, never_started{"pipe", EMFILE, {}}));
    CHECK(!should_restart(procfile::restart_policy::never, never_started{"exec", ENOENT, {}}));
}
