#include "supervisor/core/app_exit.hpp"
#include "supervisor/core/exit_status.hpp"
#include "tests/fixtures/catch.hpp"

#include <cerrno>
#include <vector>

using namespace core;

TEST_CASE("an end is described in the words everybody knows", "[exit_status]")
{
    CHECK(describe(exited{0}) == "exited with code 0");
    CHECK(describe(exited{3}) == "exited with code 3");
    CHECK(describe(signaled{15}) == "terminated by SIGTERM");
    CHECK(describe(signaled{11, true}) == "terminated by SIGSEGV, core dumped");
    CHECK(describe(oom_killed{}) == "killed by the kernel, out of memory (SIGKILL)");
    CHECK(describe(never_started{"chdir", ENOENT, "/gone"}) ==
          "could not start: chdir /gone: No such file or directory");
    CHECK(describe(never_started{"fork", EAGAIN, {}}) ==
          "could not start: fork: Resource temporarily unavailable");
}

TEST_CASE("codes are a shell's", "[exit_status]")
{
    CHECK(shell_code(exited{42}) == 42);
    CHECK(shell_code(signaled{15}) == 143);
    CHECK(shell_code(oom_killed{}) == 137);
    CHECK(shell_code(never_started{"exec", ENOENT, {}}) == 127);
    CHECK(shell_code(never_started{"exec", EACCES, {}}) == 126);
}

TEST_CASE("only code 0 is success", "[exit_status]")
{
    CHECK(succeeded(exited{0}));
    CHECK(!succeeded(exited{1}));
    CHECK(!succeeded(signaled{15}));
    CHECK(!succeeded(oom_killed{}));
    CHECK(!succeeded(never_started{}));
}

TEST_CASE("procd's own exit code follows from what happened", "[app_exit]")
{
    CHECK(app_exit_code({}) == 0);
    std::vector<exit_status> const ends{exited{0}, exited{3}, signaled{9}, exited{1}};
    CHECK(app_exit_code({.ended_by = {}, .all_ended = ends}) == 137);
    CHECK(app_exit_code({.ended_by = exited{7}, .all_ended = ends}) == 7);
    CHECK(app_exit_code({.ended_by = signaled{15}, .all_ended = {}}) == 143);
    CHECK(app_exit_code({.unkillable = true, .ended_by = exited{7}, .all_ended = {}}) == 1);
    CHECK(app_exit_code({.start_failed = true, .ended_by = {}, .all_ended = {}}) == 1);
}

TEST_CASE("the option --exit-on says which ends end the app", "[app_exit]")
{
    for (auto const found : {probed::alive, probed::dead}) {
        CHECK(!ends_app(exit_on::never, exited{1}, found));
        CHECK(ends_app(exit_on::any, exited{0}, found));
        CHECK(ends_app(exit_on::failure, exited{1}, found));
        CHECK(ends_app(exit_on::failure, exited{0}, found) == (found == probed::dead));
    }
}

TEST_CASE("a process that was found dead ends the app with a failure, whatever its own code",
          "[app_exit]")
{
    app_end end{.ended_by = exited{0}, .ended_found = probed::dead, .all_ended = {}};
    CHECK(app_exit_code(end) == 1);
    end.ended_by = exited{7};
    CHECK(app_exit_code(end) == 7);
}
