#include "supervisor/front/error_page.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::front;

namespace {

bool has(std::string const& page, std::string_view text)
{
    return page.find(text) != std::string::npos;
}

std::string page_with(std::vector<std::string> lines)
{
    return error_page(503, {.absent = {.type = "web", .lines = std::move(lines)}});
}

// The content of the page's only <pre>.
std::string shown(std::string const& line)
{
    auto const page = page_with({line});
    auto const begin = page.find("<pre>\n") + 6;
    return page.substr(begin, page.find("\n</pre>") - begin);
}

} // namespace

TEST_CASE("a page says its status and nothing about the app", "[error_page]")
{
    auto const page = error_page(503, {});
    CHECK(page.starts_with("<!DOCTYPE html>\n"));
    CHECK(has(page, "<title>503 Service Unavailable</title>"));
    CHECK(has(page, "<h1>503 Service Unavailable</h1>"));
    for (char const* const text : {"refresh", "<pre>", "<dl>", "<script", "<p>", "http:", "src="})
        CHECK_FALSE(has(page, text));
    CHECK(
        has(error_page(400, {.why = "two \"Host\" fields"}), "<p>two &quot;Host&quot; fields</p>"));
    for (int const status : {400, 404, 405, 408, 413, 417, 431, 500, 502, 503, 504})
        CHECK(reason_phrase(status) != "Error");
    CHECK(reason_phrase(599) == "Error");
}

TEST_CASE("a page shows why a type is not there, and loads itself again", "[error_page]")
{
    auto const page = error_page(503, {.absent = {.type = "web",
                                                  .state = "crashed",
                                                  .exit = "exited with status 1",
                                                  .next_attempt = "in 4 s",
                                                  .lines = {"first", "second"}}});
    CHECK(has(page, "<meta http-equiv=\"refresh\" content=\"1\">"));
    CHECK(has(page, "<h1>web is not there</h1>"));
    CHECK(has(page, "<dt>state</dt><dd>crashed</dd>"));
    CHECK(has(page, "<dt>last exit</dt><dd>exited with status 1</dd>"));
    CHECK(has(page, "<dt>next attempt</dt><dd>in 4 s</dd>"));
    CHECK(has(page, "<pre>\nfirst\nsecond\n</pre>"));
    auto const bare = error_page(503, {.absent = {.type = "web", .state = "stopped"}});
    CHECK_FALSE(has(bare, "next attempt"));
    CHECK_FALSE(has(bare, "<pre>"));
}

TEST_CASE("a page shows the last 30 lines, each of a bounded length", "[error_page]")
{
    std::vector<std::string> lines;
    for (int i = 1; i <= 40; ++i)
        lines.push_back("line " + std::to_string(i));
    auto const page = page_with(lines);
    CHECK_FALSE(has(page, "line 10\n"));
    CHECK(has(page, "<pre>\nline 11\n"));
    CHECK(has(page, "line 40\n</pre>"));

    CHECK(shown(std::string(2000, 'a')) == std::string(2000, 'a'));
    CHECK(shown(std::string(2001, 'a')) == std::string(2000, 'a') + " …");
    CHECK(shown(std::string(1999, 'a') + "€") == std::string(1999, 'a') + " …");
}

TEST_CASE("hostile lines do no harm on a page", "[error_page]")
{
    CHECK(shown("</pre><script>alert('x')</script>&amp;") ==
          "&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;");
    CHECK(shown("\x1b[31mred\x1b[0m \x1b]0;title\x07 end\r") == "red  end");
    CHECK(shown("a\tb") == "a\tb");
    CHECK(shown("C:\\a \"b\"") == "C:\\a &quot;b&quot;");
    CHECK(shown("bad \xff\xc0 byte") == "bad \\xff\\xc0 byte");
    CHECK(shown("\xe2\x80\xaetxt") == "\\u202etxt");
    CHECK(shown(std::string("a\0b", 3)) == "ab");

    std::string const evil = "<img src=x onerror=alert(1)>\"'";
    auto const page = error_page(
        503,
        {.why = evil,
         .absent = {
             .type = evil, .state = evil, .exit = evil, .next_attempt = evil, .lines = {evil}}});
    CHECK_FALSE(has(page, "<img"));
    for (int byte = 0; byte < 256; ++byte) {
        auto const text = page_with({std::string(1, static_cast<char>(byte))});
        for (char const c : text)
            CHECK((c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)));
    }
}
