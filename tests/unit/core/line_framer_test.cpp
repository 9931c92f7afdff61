#include "supervisor/core/line_framer.hpp"
#include "tests/fixtures/catch.hpp"

#include <random>
#include <string>
#include <vector>

namespace {

using core::line_framer;

// The output of a framer, one line each: a whole line as it is, and a piece with "..." after it.
struct framing {
    line_framer framer;
    core::line_ends ends;
    std::vector<std::string> shown;
    std::string bytes; // all runs joined again

    void keep(core::line_run const& run)
    {
        std::size_t begin = 0;
        for (auto const end : run.ends) {
            std::string text(run.bytes.substr(begin, end - begin));
            bytes += text;
            shown.push_back(run.partial ? text + "..." : text);
            begin = end;
        }
        CHECK(begin == run.bytes.size());
    }
    void feed(std::string_view chunk)
    {
        // The copy of the chunk is destroyed: the framer must not need it later.
        std::string const copy(chunk);
        std::string_view left(copy);
        while (auto const run = framer.next(left, ends))
            keep(*run);
        CHECK(left.empty());
    }
    void rest()
    {
        if (auto const piece = framer.rest(ends))
            keep(*piece);
    }
};

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("whole lines of a chunk come out as one run", "[line_framer]")
{
    line_framer framer;
    core::line_ends ends;
    std::string_view chunk = "one\ntwo\n\nfour\n";
    auto const run = framer.next(chunk, ends);
    REQUIRE(run);
    CHECK(run->bytes == "one\ntwo\n\nfour\n");
    CHECK(std::vector<std::uint32_t>(run->ends.begin(), run->ends.end()) ==
          std::vector<std::uint32_t>{4, 8, 9, 14});
    CHECK_FALSE(run->partial);
    CHECK(chunk.empty());
    CHECK_FALSE(framer.next(chunk, ends));
    CHECK_FALSE(framer.waiting());
}

TEST_CASE("a line put together from several chunks comes out once", "[line_framer]")
{
    framing f;
    f.feed("he");
    CHECK(f.framer.waiting());
    f.feed("ll");
    CHECK(f.shown.empty());
    f.feed("o\nwor");
    CHECK(f.shown == lines{"hello\n"});
    f.feed("ld\n");
    CHECK(f.shown == lines{"hello\n", "world\n"});
    CHECK_FALSE(f.framer.waiting());
}

TEST_CASE("what is left without a newline is a piece when it is asked for", "[line_framer]")
{
    framing f;
    f.feed("done\nname: ");
    f.rest();
    CHECK(f.shown == lines{"done\n", "name: ..."});
    CHECK_FALSE(f.framer.waiting());
    f.rest(); // an unfinished line is handed out only once
    CHECK(f.shown.size() == 2);
    f.feed("bob\nbye\n");
    CHECK(f.shown == lines{"done\n", "name: ...", "bob\n", "bye\n"});
}

TEST_CASE("a line that ends after its piece was shown is finished by an empty line",
          "[line_framer]")
{
    framing f;
    f.feed("prompt> ");
    f.rest();
    f.feed("\n");
    CHECK(f.shown == lines{"prompt> ...", "\n"});
    CHECK(f.bytes == "prompt> \n");
}

TEST_CASE("CR, NUL and bytes that are no UTF-8 stay as they are", "[line_framer]")
{
    using namespace std::string_literals;
    framing f;
    auto const wild = "a\r\nb\0c\n\xff\xfe\xc0\n10%\r20%\r\n"s;
    f.feed(wild);
    CHECK(f.shown == lines{"a\r\n", "b\0c\n"s, "\xff\xfe\xc0\n", "10%\r20%\r\n"});
    CHECK(f.bytes == wild);
}

TEST_CASE("a line of exactly 64 KiB is whole, and one byte more makes two pieces", "[line_framer]")
{
    auto const length =
        GENERATE(line_framer::max_line - 1, line_framer::max_line, line_framer::max_line + 1,
                 2 * line_framer::max_line, 2 * line_framer::max_line + 1);
    // The same bytes in one chunk, in chunks as a pipe gives them, and byte by byte.
    auto const step = GENERATE(std::size_t{1} << 20, std::size_t{65536}, std::size_t{4096},
                               std::size_t{4095}, std::size_t{1});
    std::string const line = std::string(length, 'x') + "\n";
    framing f;
    for (std::size_t at = 0; at < line.size(); at += step)
        f.feed(std::string_view(line).substr(at, step));
    INFO(length << " bytes, " << step << " at a time");
    CHECK(f.bytes == line);
    CHECK(f.shown.size() == (length + line_framer::max_line - 1) / line_framer::max_line);
    for (std::size_t i = 0; i + 1 < f.shown.size(); ++i)
        CHECK(f.shown[i].size() == line_framer::max_line + 3);
    CHECK(f.shown.back().back() == '\n');
    CHECK_FALSE(f.framer.waiting());
}

TEST_CASE("a long line is not cut inside a UTF-8 character", "[line_framer]")
{
    auto const before = GENERATE(0, 1, 2, 3);
    auto const step = GENERATE(std::size_t{1} << 20, std::size_t{65536}, std::size_t{1000});
    std::string line(static_cast<std::size_t>(before), 'x');
    while (line.size() < 3 * line_framer::max_line)
        line += "\xf0\x9f\x90\x8c"; // a snail
    framing f;
    for (std::size_t at = 0; at < line.size(); at += step)
        f.feed(std::string_view(line).substr(at, step));
    f.rest();
    CHECK(f.bytes == line);
    REQUIRE(f.shown.size() >= 3);
    for (std::size_t i = 1; i < f.shown.size(); ++i)
        CHECK(f.shown[i][0] == '\xf0');
}

TEST_CASE("where a cut goes back to the start of a character", "[line_framer]")
{
    CHECK(core::cut_length("abc", 5) == 3);
    CHECK(core::cut_length("abc", 3) == 3);
    CHECK(core::cut_length("abcd", 3) == 3);
    CHECK(core::cut_length("ab\xc3\xa4", 3) == 2);
    CHECK(core::cut_length("ab\xc3\xa4z", 4) == 4);
    CHECK(core::cut_length("\xf0\x9f\x90\x8c\xf0\x9f\x90\x8c", 7) == 4);
    CHECK(core::cut_length(std::string(9, '\x80'), 6) == 6); // not UTF-8, so any cut is right
}

TEST_CASE("a long run of bytes without a newline is held in bounded memory", "[line_framer]")
{
    framing f;
    std::string const chunk(50'000, '\0');
    std::size_t seen = 0;
    for (int i = 0; i < 200; ++i) { // 10 MB
        f.feed(chunk);
        seen += f.bytes.size();
        f.bytes.clear();
        f.shown.clear();
    }
    f.rest();
    CHECK(seen + f.bytes.size() == 200 * chunk.size());
    CHECK(f.bytes.size() <= line_framer::max_line);
}

TEST_CASE("however the bytes are divided, what goes in comes out", "[line_framer]")
{
    std::mt19937 random(GENERATE(range(1u, 30u)));
    auto below = [&](std::size_t n) { return random() % n; };
    std::string input;
    framing f;
    for (int i = 0; i < 300; ++i) {
        std::string chunk(below(10) == 0 ? below(150'000) : below(300), '\0');
        auto const newlines = 1 + below(200);
        for (auto& c : chunk)
            c = below(newlines) == 0 ? '\n' : static_cast<char>(random());
        input += chunk;
        f.feed(chunk);
        if (below(7) == 0)
            f.rest();
    }
    f.rest();
    CHECK(f.bytes == input);
    for (auto const& line : f.shown) {
        CHECK(line.size() <= line_framer::max_line + 3);
        CHECK(line.find('\n') >= line.size() - 1); // a newline is at the end or nowhere
    }
}

TEST_CASE("the beginning of a character waits for its rest while more may come", "[line_framer]")
{
    using then = line_framer::after_this;
    for (std::string const character : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
        for (std::size_t cut = 1; cut < character.size(); ++cut) {
            INFO(character << " cut at " << cut);
            line_framer f;
            core::line_ends ends;
            std::string const first = "x" + character.substr(0, cut),
                              second = character.substr(cut);
            std::string_view chunk = first;
            CHECK(!f.next(chunk, ends));
            auto piece = f.rest(ends, then::more_may_come);
            REQUIRE(piece);
            CHECK(piece->bytes == "x");
            CHECK(!f.rest(ends, then::more_may_come));
            chunk = second;
            CHECK(!f.next(chunk, ends));
            piece = f.rest(ends, then::more_may_come);
            REQUIRE(piece);
            CHECK(piece->bytes == character);
        }
}

TEST_CASE("bytes that begin no character do not wait, and at the end nothing does", "[line_framer]")
{
    CHECK(core::unfinished_character("") == 0);
    CHECK(core::unfinished_character("abc") == 0);
    CHECK(core::unfinished_character("\xe2\x82\xac") == 0);
    CHECK(core::unfinished_character("\x82") == 0);
    CHECK(core::unfinished_character("\xc0") == 0);
    CHECK(core::unfinished_character("\xf5\x80") == 0);
    CHECK(core::unfinished_character("a\xf0\x9f\x98") == 3);
    line_framer f;
    core::line_ends ends;
    std::string_view chunk = "\xe2\x82";
    CHECK(!f.next(chunk, ends));
    CHECK(!f.rest(ends, line_framer::after_this::more_may_come));
    auto const piece = f.rest(ends);
    REQUIRE(piece);
    CHECK(piece->bytes == "\xe2\x82");
}
