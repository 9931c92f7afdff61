#include "supervisor/core/api_bytes.hpp"
#include "supervisor/core/log_format.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json.hpp>

#include <set>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

core::prefix_style plain(std::size_t width = 6)
{
    return {false, true, width};
}

std::string formatted(std::string_view prefix, std::string_view bytes)
{
    core::text_buffer out;
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (bytes[i] == '\n')
            ends.push_back(static_cast<std::uint32_t>(i + 1));
    core::append_lines(out, prefix, {bytes, ends, false});
    return std::string(out.view());
}

boost::json::object as_json(std::string_view line, bool partial = false)
{
    core::text_buffer out;
    core::append_json(out, {7, "2026-11-23T07:30:00.123Z", "web.1", partial}, line);
    std::string const text(out.view());
    REQUIRE(text.ends_with("}\n"));
    REQUIRE(std::count(text.begin(), text.end(), '\n') == 1);
    return boost::json::parse(text).as_object();
}

} // namespace

TEST_CASE("the prefix is Foreman's to the byte", "[log_format]")
{
    auto const at = 12h + 30min + 5s;
    CHECK(core::line_prefix(plain(), "web.1", 0, at) == "12:30:05 web.1  | ");
    CHECK(core::line_prefix(plain(8), "web.1", 0, at) == "12:30:05 web.1    | ");
    CHECK(core::line_prefix(plain(6), "worker.12", 1, at) == "12:30:05 worker.12 | ");
    CHECK(core::line_prefix(plain(6), "system", -1, at) == "12:30:05 system | ");
    CHECK(core::line_prefix({false, true, 0}, "a.1", 0, at) == "12:30:05 a.1    | ");
    CHECK(core::line_prefix({false, false, 6}, "web.1", 0, at) == "web.1  | ");
    CHECK(core::line_prefix(plain(), "web.1", 0, 24h * 20000 + 1s) == "00:00:01 web.1  | ");
    CHECK(core::line_prefix(plain(), "web.1", 0, -1s) == "23:59:59 web.1  | ");
}

TEST_CASE("colour is around the prefix and leaves the line alone", "[log_format]")
{
    core::prefix_style const style{true, true, 6};
    CHECK(core::line_prefix(style, "web.1", 0, 0s) == "\x1b[36m00:00:00 web.1  |\x1b[0m ");
    CHECK(core::line_prefix(style, "system", core::system_color, 0s) ==
          "\x1b[37m00:00:00 system |\x1b[0m ");
}

TEST_CASE("types have Foreman's colours in its order, then their bright forms", "[log_format]")
{
    std::vector<std::string_view> const order{"\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m",
                                              "\x1b[31m", "\x1b[34m", "\x1b[96m", "\x1b[93m",
                                              "\x1b[92m", "\x1b[95m", "\x1b[91m", "\x1b[94m"};
    for (int i = 0; i < 30; ++i)
        CHECK(core::color_escape(i) == order[static_cast<std::size_t>(i) % order.size()]);
    CHECK(std::set<std::string_view>(order.begin(), order.end()).size() == order.size());
}

TEST_CASE("every line of a run has the prefix and its own bytes", "[log_format]")
{
    CHECK(formatted("p | ", "one\n\ntwo\r\n") == "p | one\np | \np | two\r\n");
    using namespace std::string_literals;
    CHECK(formatted("p | ", "\0\xff\n"s) == "p | \0\xff\n"s);
}

TEST_CASE("a run may begin after its first line", "[log_format]")
{
    core::text_buffer out;
    std::vector<std::uint32_t> const ends{7};
    core::append_lines(out, "p | ", {"one\ntwo", ends, true}, 4);
    CHECK(out.view() == "p | two");
}

TEST_CASE("a record is one JSON object a line, in the socket's shape", "[log_format]")
{
    core::text_buffer out;
    core::append_json(out, {7, "2026-11-23T07:30:00.123Z", "web.1", false}, "say \"hi\"\t\\");
    CHECK(out.view() == R"({"seq":7,"time":"2026-11-23T07:30:00.123Z","process":"web.1",)"
                        R"("line":"say \"hi\"\t\\","partial":false,"author":"process"})"
                        "\n");
    CHECK(as_json("", true).at("partial").as_bool());
}

TEST_CASE("any UTF-8 comes back from JSON as it was", "[log_format]")
{
    std::string all;
    for (char c = 0; c < 127; ++c)
        all += c;
    auto const line =
        GENERATE_REF(std::string("plain"), all, std::string("\x1b[31mred\x1b[0m\r"),
                     std::string("gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\x8c"), std::string(70'000, '"'));
    auto const object = as_json(line);
    CHECK(object.at("line").as_string() == line);
    CHECK_FALSE(object.contains("line_base64"));
}

TEST_CASE("bytes that are no UTF-8 come as base64", "[log_format]")
{
    auto const line =
        GENERATE(std::string("\xff"), std::string("ok until \xc3"), std::string("\xed\xa0\x80"),
                 std::string("12345678\x80"), std::string("\xc0\x80 overlong"));
    auto const object = as_json(line);
    CHECK_FALSE(object.contains("line"));
    auto const text = object.at("line_base64").as_string();
    CHECK(core::api::from_base64(std::string_view(text.data(), text.size())) == line);
}

TEST_CASE("colour is as asked, else as the environment and the terminal say", "[log_format]")
{
    using core::color_when;
    core::color_facts facts;
    auto automatic = [&] { return core::use_color(color_when::automatic, facts); };
    CHECK_FALSE(automatic());
    CHECK(core::use_color(color_when::always, facts));

    facts.terminal = true;
    facts.term = "xterm";
    CHECK(automatic());
    CHECK_FALSE(core::use_color(color_when::never, facts));

    facts.term = "dumb";
    CHECK_FALSE(automatic());
    facts.clicolor_force = "1";
    CHECK(automatic());
    facts.clicolor_force = "0";
    CHECK_FALSE(automatic());

    facts.term = "xterm";
    facts.no_color = ""; // an empty value counts as unset
    CHECK(automatic());
    facts.no_color = "1";
    facts.clicolor_force = "1";
    CHECK_FALSE(automatic());
    CHECK(core::use_color(color_when::always, facts));
}
