#include "supervisor/process/process_terminal.hpp"
#include "tests/unit/process/children.hpp"

#include <utility>

using procd::process::process_terminal;

namespace {

os::child launch_on_terminal(std::vector<std::string> arguments)
{
    auto request = test::puppet(std::move(arguments));
    request.pty = true;
    auto made = os::launch(request);
    REQUIRE(made);
    return std::move(*made);
}

} // namespace

TEST_CASE("a process whose terminal controls nobody is told of a new size", "[terminal]")
{
    test::clean_up const clean;
    auto child = launch_on_terminal({"winch"});
    test::read_until(child.output.get(), "ready");
    process_terminal terminal(child.output.get(), std::move(child.slave), child.pid);
    terminal.resize({31, 99});
    CHECK(test::read_until(child.output.get(), "size 31x99").find("size 31x99") !=
          std::string::npos);
}

TEST_CASE("the output of a terminal ends once it is let", "[terminal]")
{
    test::clean_up const clean;
    auto child = launch_on_terminal({"echo", "last", "exit", "0"});
    process_terminal terminal(child.output.get(), std::move(child.slave), child.pid);
    test::end_of(child.pid);
    terminal.let_end();
    CHECK(test::read_all(child.output.get()) == "last\n");
}
