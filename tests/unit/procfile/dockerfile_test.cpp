#include "procfile/dockerfile.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;
using instructions = std::vector<instruction>;
using pairs = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("instructions are a keyword and its arguments", "[dockerfile]")
{
    CHECK(dockerfile_instructions("FROM debian:12\n"
                                  "# a comment\n"
                                  "\n"
                                  "  run  echo a  # b \r\n"
                                  "CMD\n") ==
          instructions{{"FROM", "debian:12", 1}, {"RUN", "echo a  # b", 4}, {"CMD", "", 5}});
    CHECK(dockerfile_instructions("").empty());
    CHECK(dockerfile_instructions("# only\n\n").empty());
}

TEST_CASE("continuation lines are joined, comments and blank lines between them dropped",
          "[dockerfile]")
{
    CHECK(dockerfile_instructions("# first\n"
                                  "CMD bin/web \\\n"
                                  "    # why\n"
                                  "\n"
                                  "    --port 80 \\  \n"
                                  "  -v\n"
                                  "USER x\n") ==
          instructions{{"CMD", "bin/web     --port 80   -v", 2}, {"USER", "x", 7}});
    CHECK(dockerfile_instructions("CMD a \\") == instructions{{"CMD", "a", 1}});
    CHECK(dockerfile_instructions("CMD a \\\n# b\n") == instructions{{"CMD", "a", 1}});
    CHECK(dockerfile_instructions("\\\nCMD a\n") == instructions{{"CMD", "a", 1}});
}

TEST_CASE("the escape directive changes what continues a line", "[dockerfile]")
{
    CHECK(dockerfile_instructions("# escape=`\nCMD a `\n b\n") == instructions{{"CMD", "a  b", 2}});
    CHECK(
        dockerfile_instructions("# syntax=docker/dockerfile:1\n# escape = `\nCMD a\\\nUSER x\n") ==
        instructions{{"CMD", "a\\", 3}, {"USER", "x", 4}});
    CHECK(dockerfile_instructions("# hello\n# escape=`\nCMD a \\\n b\n") ==
          instructions{{"CMD", "a  b", 3}});
}

TEST_CASE("here-documents are no instructions", "[dockerfile]")
{
    CHECK(dockerfile_instructions("RUN <<EOF\nCMD wrong\nEOF\nCMD right\n") ==
          instructions{{"RUN", "<<EOF", 1}, {"CMD", "right", 4}});
    CHECK(dockerfile_instructions("COPY <<-\"A\" <<'B' /x/\nCMD 1\n\tA\nCMD 2\nB\nCMD right\n") ==
          instructions{{"COPY", "<<-\"A\" <<'B' /x/", 1}, {"CMD", "right", 6}});
    // A here-document that is never closed hides no lines, and neither does a word that begins
    // none.
    CHECK(dockerfile_instructions("RUN <<EOF\nCMD right\n").back() ==
          instruction{"CMD", "right", 2});
    CHECK(dockerfile_instructions("RUN cat <<<EOF\nCMD right\nEOF\n")[1] ==
          instruction{"CMD", "right", 2});
    CHECK(dockerfile_instructions("CMD <<EOF\nUSER x\nEOF\n")[1] == instruction{"USER", "x", 2});
}

TEST_CASE("ENV is read in both forms", "[dockerfile]")
{
    struct {
        char const* text;
        pairs variables;
    } const cases[] = {
        {"A=1", {{"A", "1"}}},
        {"A=1 B=2\tC=3", {{"A", "1"}, {"B", "2"}, {"C", "3"}}},
        {"A=\"b c\" D='e f'", {{"A", "b c"}, {"D", "e f"}}},
        {"A=b\\ c D=\\\"", {{"A", "b c"}, {"D", "\""}}},
        {"A=\"\\\"\\$\\n\\\\\"", {{"A", "\"$\\n\\"}}},
        {"A='\\n'", {{"A", "\\n"}}},
        {"A=", {{"A", ""}}},
        {"A=$B/${C:-x}", {{"A", "$B/${C:-x}"}}},
        {"A=b=c", {{"A", "b=c"}}},
        {"A b c ", {{"A", "b c"}}},
        {"A \"b c\" d", {{"A", "b c d"}}},
        {"A b=c", {{"A", "b=c"}}},
        {"A", {{"A", ""}}},
        {"A=1 junk B=2", {{"A", "1"}, {"B", "2"}}},
        {"1A=1 B=2", {{"B", "2"}}},
        {"", {}},
        {"A=\"open", {{"A", "open"}}},
        {"A=x\\", {{"A", "x\\"}}},
    };
    for (auto const& c : cases) {
        INFO(c.text);
        CHECK(dockerfile_env(c.text) == c.variables);
    }
}
