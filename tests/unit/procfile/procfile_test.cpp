#include "procfile/procfile.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;

namespace {

std::string findings_in(std::string_view text)
{
    return rendered(parse(text, "Procfile").diagnostics, text);
}

} // namespace

TEST_CASE("entries carry their type, command and line", "[procfile]")
{
    std::vector<entry> const expected{{"web", "bundle exec puma -p $PORT", 2},
                                      {"worker_1-b", "a: b # c", 5}};
    parsed_procfile const parsed = parse("# shop\nweb: bundle exec puma -p $PORT\n\n   \n"
                                         "worker_1-b:a: b # c",
                                         "Procfile");
    CHECK(parsed.entries == expected);
    CHECK(parsed.diagnostics.empty());
}

TEST_CASE("CRLF, a byte order mark and blanks around the command are accepted", "[procfile]")
{
    std::vector<entry> const expected{{"web", "a ", 1}, {"b", "c", 2}};
    CHECK(parse("\xEF\xBB\xBFweb: \t a \r\nb:\tc\r\n", "f").entries == expected);
}

TEST_CASE("an empty Procfile has no entries and nothing wrong", "[procfile]")
{
    for (char const* text : {"", "\n", "# only\n  # comments\n", " \t \n", "\xEF\xBB\xBF"}) {
        CHECK(parse(text, "f").entries.empty());
        CHECK(parse(text, "f").diagnostics.empty());
    }
}

TEST_CASE("a line that fits nothing is named with its place and skipped", "[procfile]")
{
    CHECK(findings_in("web cmd\nok: x\n") ==
          "Procfile:1:4: warning: expected 'type: command'; the line is skipped\n"
          "    web cmd\n"
          "       ^\n");
    CHECK(findings_in("web : cmd\n") ==
          "Procfile:1:4: warning: blanks between the type 'web' and its ':'; the line is skipped\n"
          "    web : cmd\n"
          "       ^\n");
    CHECK(findings_in("a: b\n  web: cmd\n") ==
          "Procfile:2:1: warning: blanks before the type 'web'; the line is skipped\n"
          "      web: cmd\n"
          "    ^\n");
    CHECK(findings_in("web:\n") ==
          "Procfile:1:5: warning: no command after 'web:'; the line is skipped\n"
          "    web:\n"
          "        ^\n");
    CHECK(findings_in("we+b: cmd\n") == "Procfile:1:3: warning: a type's name is made of letters, "
                                        "digits, '_' and '-'; the line is skipped\n"
                                        "    we+b: cmd\n"
                                        "      ^\n");
    CHECK(findings_in("  . -name x\n") ==
          "Procfile:1:3: warning: expected 'type: command'; the line is skipped\n"
          "      . -name x\n"
          "      ^\n");
    CHECK(findings_in(": cmd\n") == "Procfile:1:1: warning: a type's name is made of letters, "
                                    "digits, '_' and '-'; the line is skipped\n"
                                    "    : cmd\n"
                                    "    ^\n");
    CHECK(findings_in(std::string_view{"web: a\0b\n", 9}) ==
          "Procfile:1:7: warning: a NUL byte; the line is skipped\n"
          "    web: a?b\n"
          "          ^\n");
}

TEST_CASE("the lines around a skipped one are read", "[procfile]")
{
    std::vector<entry> const expected{{"a", "1", 1}, {"b", "2", 3}};
    CHECK(parse("a: 1\noops\nb: 2\n", "f").entries == expected);
}

TEST_CASE("a type declared twice is an error that names both lines", "[procfile]")
{
    std::string_view const text = "web: a\n\nworker: b\nweb: c\n";
    CHECK(findings_in(text) ==
          "Procfile:4:1: error: type 'web' is declared twice, first in line 1\n"
          "    web: c\n"
          "    ^\n");
    std::vector<entry> const expected{{"web", "a", 1}, {"worker", "b", 3}};
    CHECK(parse(text, "f").entries == expected);
}

TEST_CASE("a command that is all blanks is kept and noted", "[procfile]")
{
    CHECK(findings_in("web:  \n") == "Procfile:1:5: note: the command of 'web' is blank\n"
                                     "    web:  \n"
                                     "        ^\n");
    CHECK(parse("web: \t\n", "f").entries.at(0).command == "\t");
    CHECK(parse("web: \n", "f").entries.at(0).command == " ");
}

TEST_CASE("types are letters, digits, _ and -", "[procfile]")
{
    for (char const* good : {"web", "-", "_", "0", "A-b_9", "release"})
        CHECK(valid_type(good));
    for (char const* bad : {"", "a b", "a.b", "a:", "\xC3\xA9", "a\n", "a=1"})
        CHECK_FALSE(valid_type(bad));
}
