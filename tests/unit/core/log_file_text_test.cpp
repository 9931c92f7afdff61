#include "supervisor/core/log_file_text.hpp"
#include "tests/fixtures/catch.hpp"

using core::text_end;

namespace {

std::string const at = "2026-11-23T07:30:00.123Z ";

std::string shown(core::log_text const& read)
{
    std::string text;
    for (auto const& r : read.records) {
        CHECK(r.seq == 0);
        CHECK(r.process == "web.1");
        text += '[' + r.bytes + (r.partial ? "..." : "") + ']';
    }
    return text;
}

core::log_text read(std::string const& text, text_end end, bool mid_line = false)
{
    return core::read_log_text(text, {mid_line, {}}, "web.1", end);
}

} // namespace

TEST_CASE("lines of a log file are records with their times", "[log_file_text]")
{
    auto const text = at + "one\n" + at + "\n" + at + "  two \r\n";
    auto const all = read(text, text_end::more_follows);
    CHECK(shown(all) == "[one][][  two \r]");
    CHECK(all.records[0].time == core::parse_iso("2026-11-23T07:30:00.123Z"));
    CHECK(all.used == text.size());
    CHECK(all.ends == 3);
    CHECK_FALSE(all.state.mid_line);
}

TEST_CASE("a line without its end is left for later, or is a piece at the end", "[log_file_text]")
{
    auto const whole = at + "one\n";
    auto const text = whole + at + "tw";
    auto const first = read(text, text_end::more_follows);
    CHECK(shown(first) == "[one]");
    CHECK(first.used == whole.size());
    auto const all = read(text, text_end::all);
    CHECK(shown(all) == "[one][tw...]");
    CHECK(all.used == text.size());
    CHECK(all.ends == 1);
    CHECK(all.state.mid_line);
}

TEST_CASE("a line that is longer than the text comes in pieces", "[log_file_text]")
{
    auto const first = read(at + "aaa", text_end::more_follows);
    CHECK(shown(first) == "[aaa...]");
    CHECK(first.state.mid_line);
    auto const next =
        core::read_log_text("bbb\n" + at + "c\n", first.state, "web.1", text_end::more_follows);
    CHECK(shown(next) == "[bbb][c]");
    CHECK(next.records[0].time == first.records[0].time);
}

TEST_CASE("a line without a time is a line all the same", "[log_file_text]")
{
    CHECK(shown(read("by hand\n" + at + "x\n", text_end::all)) == "[by hand][x]");
    CHECK(shown(read("2026-11-23T07:30:00.123Zno blank here\n", text_end::all)) ==
          "[2026-11-23T07:30:00.123Zno blank here]");
    CHECK(read("", text_end::all).used == 0);
}
