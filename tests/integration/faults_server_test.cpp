// What is wrong on a server: logs of before.
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>

using namespace test;

TEST_CASE("procctl logs shows what the log files hold from before a restart", "[fault]")
{
    setting const how{.options = {"serve"}, .files = {{".env", "A=one\n"}}};
    app_under_test app("web: echo before-$A; exec sleep 60\n", how);
    app.expect("before-one");
    auto const log = app.file(".procd/log/web.1.log");
    REQUIRE(eventually([&] { return has(read_file(log), "before-one"); }));
    app.signal(SIGKILL);
    app.write(".env", "A=two\n");
    app.start_again(how);
    app.expect("before-two");
    auto const shown = app.ctl({"logs", "--since", "10m", "-n", "1000"});
    REQUIRE(has(shown.out, "before-two"));
    REQUIRE(has(read_file(log), "before-one"));
    STILL_WRONG(has(shown.out, "before-one"));
}
