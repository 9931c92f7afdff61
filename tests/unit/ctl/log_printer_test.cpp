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

// A line of procd about web.1.
log_record said(std::string bytes)
{
    auto r = line("web.1", std::move(bytes));
    r.by = core::author::procd;
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

TEST_CASE("A line of procd about the process stands by itself")
{
    auto const on_screen = GENERATE(false, true);
    log_printer p({.on_screen = on_screen});
    CHECK(p.text(line("web.1", "Name? ", true)) == "web.1  | Name? ");
    CHECK(p.text(said("exited with code 1")) == "\nweb.1  | exited with code 1\n");
    CHECK(p.text(line("web.1", "Ann", true)) == "web.1  | Ann");
    CHECK(p.text(line("web.1", "")) == "\n");
    log_printer bare({.prefix = false, .on_screen = on_screen});
    CHECK(bare.text(line("web.1", "Name? ", true)) == "Name? ");
    CHECK(bare.text(said("exited with code 1")) == "\nexited with code 1\n");
}

TEST_CASE("What a process has left unfinished on a terminal does not touch the lines of procd")
{
    log_printer p({.on_screen = true});
    // The piece ends within a sequence.
    CHECK(p.text(line("web.1", "\x1b[31mred\x1b]0;a ti", true)) == "web.1  | \x1b[31mred\x1b[0m");
    CHECK(p.text(said("stopping")) == "\nweb.1  | stopping\n");
    CHECK(p.text(said("\x1b[2Jhostile")) == "web.1  | \\x1b[2Jhostile\n");
    // The sequence and the colour go on in the process's own lines, until it is started anew.
    auto const rest = p.text(line("web.1", "tle\ax"));
    CHECK(rest == "web.1  | \x1b[31mx\x1b[0m\n");
    CHECK(p.text(line("web.1", "y\x1b]0;another", true)) == "web.1  | \x1b[31my\x1b[0m");
    auto start = said("started with pid 7");
    start.by = GENERATE(core::author::procd, core::author::unknown);
    CHECK(p.text(start) == "\nweb.1  | started with pid 7\n");
    CHECK(p.text(line("web.1", "plain")) == "web.1  | plain\n");
}

TEST_CASE("Lines of procd do not count among empty lines")
{
    log_printer p({.on_screen = true});
    for (int i = 0; i < 2; ++i)
        CHECK(p.text(line("web.1", "")) == "web.1  | \n");
    CHECK(p.text(said("stopping")) == "web.1  | stopping\n");
    CHECK(p.text(line("web.1", "")).empty());
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
