#include "supervisor/ctl/log_printer.hpp"
#include "tests/fixtures/catch.hpp"

using core::log_record;
using ctl::log_printer;

namespace {

log_record line(std::string process, std::string bytes, bool partial = false)
{
    log_record r;
    r.time = *core::parse_iso("2026-11-23T07:30:00.123Z");
    r.process = std::move(process);
    r.bytes = std::move(bytes);
    r.partial = partial;
    return r;
}

} // namespace

TEST_CASE("A line is shown behind the name of its process")
{
    log_printer p({});
    CHECK(p.text(line("web.1", "hello")) == "web.1  | hello\n");
    CHECK(p.text(line("system", "bye")) == "system | bye\n");
    CHECK(p.end().empty());
}

TEST_CASE("Pieces of a line are put together")
{
    log_printer p({});
    CHECK(p.text(line("web.1", "Name? ", true)) == "web.1  | Name? ");
    CHECK(p.text(line("web.1", "Ann", true)) == "Ann");
    CHECK(p.text(line("web.1", "")) == "\n");
}

TEST_CASE("Another process's line breaks an open one")
{
    log_printer p({});
    CHECK(p.text(line("web.1", "Name? ", true)) == "web.1  | Name? ");
    CHECK(p.text(line("web.2", "hi")) == "\nweb.2  | hi\n");
    CHECK(p.text(line("web.1", "Ann", true)) == "web.1  | Ann");
    CHECK(p.end() == "\n");
}

TEST_CASE("Colours go by the type, times before the name")
{
    log_printer p({.color = true,
                   .timestamps = true,
                   .name_width = 8,
                   .positions = {{"web", 0}, {"worker", 1}}});
    CHECK(p.text(line("worker.1", "x")) ==
          "2026-11-23T07:30:00.123Z \x1b[33mworker.1 |\x1b[0m x\n");
    CHECK(p.text(line("web.1", "x")) == "2026-11-23T07:30:00.123Z \x1b[36mweb.1    |\x1b[0m x\n");
}

TEST_CASE("Without a prefix the child's bytes are left")
{
    log_printer p({.prefix = false});
    CHECK(p.text(line("web.1", "\xff\x1b[2J")) == "\xff\x1b[2J\n");
}
