#include "procfile/diagnostic.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;

namespace {

diagnostic at(unsigned line, unsigned column)
{
    return {severity::error, "Procfile", line, column, "wrong"};
}

} // namespace

TEST_CASE("a finding is shown with its line and a caret under its column", "[diagnostic]")
{
    CHECK(render(at(2, 5), "web: a\nweb : b\nc: d\n") == "Procfile:2:5: error: wrong\n"
                                                         "    web : b\n"
                                                         "        ^\n");
    CHECK(render({severity::warning, ".env", 1, 1, "odd"}, "x") == ".env:1:1: warning: odd\n"
                                                                   "    x\n"
                                                                   "    ^\n");
    CHECK(render({severity::note, "f", 1, 2, "hm"}, "x") == "f:1:2: note: hm\n"
                                                            "    x\n"
                                                            "     ^\n");
}

TEST_CASE("what has no place is shown without a line", "[diagnostic]")
{
    CHECK(render(at(0, 0), "web: a\n") == "Procfile: error: wrong\n");
    CHECK(render({severity::error, "", 0, 0, "no app"}, "") == "error: no app\n");
    CHECK(render(at(3, 1), "web: a\n") == "Procfile:3:1: error: wrong\n");
    CHECK(render(at(1, 0), "web: a\n") == "Procfile:1: error: wrong\n"
                                          "    web: a\n");
}

TEST_CASE("the caret stands after the line when the column does", "[diagnostic]")
{
    CHECK(render(at(1, 5), "web:\n") == "Procfile:1:5: error: wrong\n    web:\n        ^\n");
    CHECK(render(at(1, 99), "web:\n") == "Procfile:1:99: error: wrong\n    web:\n        ^\n");
    CHECK(render(at(1, 1), "\n") == "Procfile:1:1: error: wrong\n    \n    ^\n");
}

TEST_CASE("tabs keep their width and characters of several bytes are one column", "[diagnostic]")
{
    CHECK(render(at(1, 3), "a\tb") == "Procfile:1:3: error: wrong\n    a\tb\n     \t^\n");
    CHECK(render(at(1, 5), "\xE2\x82\xAC = b") ==
          "Procfile:1:5: error: wrong\n    \xE2\x82\xAC = b\n      ^\n");
    CHECK(render(at(1, 2), "\xE2\x82\xAC!") == // the column is within a character
          "Procfile:1:2: error: wrong\n    \xE2\x82\xAC!\n    ^\n");
}

TEST_CASE("nothing that could drive a terminal is shown", "[diagnostic]")
{
    std::string const bad = "a\x1B[31m\x07\x7F\xC2\x9B\xFF\xED\xA0\x80\xC0\xAF\xF5\xE2\x82";
    std::string const shown = render({severity::error, "f\x1B", 1, 1, "m\x1B\n"}, bad);
    CHECK(shown == "f?:1:1: error: m??\n    a?[31m?????????????\n    ^\n");
    CHECK(render(at(1, 1), std::string("a\0b", 3)).find("a?b") != std::string::npos);
}

TEST_CASE("a long line is cut around the caret", "[diagnostic]")
{
    std::string const line = std::string(200, 'a') + "X" + std::string(200, 'b');
    std::string const middle = std::string(57, 'a') + "X" + std::string(56, 'b');
    CHECK(render(at(1, 201), line) == "Procfile:1:201: error: wrong\n"
                                      "    ..." +
                                          middle + "...\n" + std::string(4 + 3 + 57, ' ') + "^\n");
    CHECK(render(at(1, 1), line) ==
          "Procfile:1:1: error: wrong\n    " + std::string(114, 'a') + "...\n    ^\n");
    CHECK(render(at(1, 401), line) == "Procfile:1:401: error: wrong\n    ..." +
                                          std::string(114, 'b') + "\n" + std::string(7 + 113, ' ') +
                                          "^\n");
    std::string const fits(120, 'c');
    CHECK(render(at(1, 120), fits) ==
          "Procfile:1:120: error: wrong\n    " + fits + "\n" + std::string(4 + 119, ' ') + "^\n");
}

TEST_CASE("a byte order mark is neither shown nor counted", "[diagnostic]")
{
    CHECK(render(at(1, 2), "\xEF\xBB\xBF"
                           "ab") == "Procfile:1:2: error: wrong\n    ab\n     ^\n");
}

TEST_CASE("a secret line is shown without its values", "[diagnostic]")
{
    diagnostic finding = at(1, 7);
    finding.secret = true;
    CHECK(render(finding, "TOKEN='s3cr3t\n") == "Procfile:1:7: error: wrong\n"
                                                "    TOKEN='******\n"
                                                "          ^\n");
}

TEST_CASE("values are hidden byte for byte", "[diagnostic]")
{
    CHECK(without_values("KEY=value") == "KEY=*****");
    CHECK(without_values(" export KEY_1.x = \"a b\" # c") == " export KEY_1.x = \"* *\" # *");
    CHECK(without_values("MIIEvQIBADANBg/kqh+k") == "**************/***+*");
    CHECK(without_values("my-key=value") == "**-***=*****");
    CHECK(without_values("a=\xC3\xA9!") == "a=**!");
    CHECK(without_values("export") == "******");
    CHECK(without_values("").empty());
}

TEST_CASE("a list has an error when one of its findings is", "[diagnostic]")
{
    std::vector<diagnostic> findings;
    CHECK_FALSE(has_error(findings));
    findings.push_back({severity::warning, "f", 1, 1, "w"});
    findings.push_back({severity::note, "f", 1, 1, "n"});
    CHECK_FALSE(has_error(findings));
    findings.push_back({severity::error, "f", 1, 1, "e"});
    CHECK(has_error(findings));
}

TEST_CASE("the nearest candidate is found by edits, swaps of neighbours among them", "[diagnostic]")
{
    std::vector<std::string> const types{"web", "worker", "clock", "release"};
    struct {
        char const* word;
        std::optional<std::string> nearest;
    } const cases[] = {
        {"wbe", "web"},
        {"WEB", "web"},
        {"we", "web"},
        {"webb", "web"},
        {"wib", "web"},
        {"wok", std::nullopt},
        {"wrker", "worker"},
        {"wokrer", "worker"},
        {"wrkr", std::nullopt},
        {"clokc", "clock"},
        {"relaese", "release"},
        {"rlease", "release"},
        {"rleas", std::nullopt},
        {"relse", std::nullopt},
        {"x", std::nullopt},
        {"", std::nullopt},
        {"wbeserver", std::nullopt},
    };
    for (auto const& c : cases) {
        INFO(c.word);
        CHECK(closest(c.word, types) == c.nearest);
    }
}

TEST_CASE("of equally near candidates the first is taken", "[diagnostic]")
{
    CHECK(closest("web1", std::vector<std::string>{"web2", "web3"}) == "web2");
    CHECK(closest("web1", std::vector<std::string>{"web2", "web1"}) == "web1");
    CHECK(closest(std::string(65, 'a'), std::vector<std::string>{std::string(65, 'a')}) ==
          std::nullopt);
    CHECK(closest("web", {}) == std::nullopt);
    CHECK(did_you_mean("wbe", std::vector<std::string>{"web"}) == " (did you mean 'web'?)");
    CHECK(did_you_mean("clock", std::vector<std::string>{"web"}).empty());
}
