#include "procfile/implied.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;

namespace {

std::optional<implied_type> web(std::string_view dockerfile)
{
    return implied_from_dockerfile(dockerfile, "Dockerfile").web;
}

std::string command(std::string const& arguments)
{
    std::optional<implied_type> const type = web("FROM x\nCMD " + arguments + "\n");
    return type ? type->command : "(none)";
}

std::string cwd(std::string const& lines)
{
    std::optional<implied_type> const type = web("FROM x\n" + lines + "\nCMD x\n");
    return type->cwd.value_or("(none)");
}

} // namespace

TEST_CASE("the last CMD of a Dockerfile is the web type", "[implied]")
{
    std::optional<implied_type> const type = web("FROM ruby\nCMD wrong\ncmd bin/web -p $PORT\n");
    REQUIRE(type.has_value());
    CHECK(type->command == "bin/web -p $PORT");
    CHECK(type->from == "Dockerfile CMD");
    CHECK(type->line == 3);
    CHECK(type->env.empty());
    CHECK(type->cwd == std::nullopt);
}

TEST_CASE("CMD's shell form is the command as it is", "[implied]")
{
    CHECK(command("bin/web && exit $X") == "bin/web && exit $X");
    CHECK(command("[ -f x ] && y") == "[ -f x ] && y");
    CHECK(command("bin/web \\\n  --port 80") == "bin/web   --port 80");
    CHECK(command("['a', 'b']") == "['a', 'b']"); // not JSON, so Docker gives it to the shell
    CHECK(command("[\"a\", 1]") == "[\"a\", 1]");
    CHECK(command("{\"a\": 1}") == "{\"a\": 1}");
}

TEST_CASE("CMD's exec form is quoted for the shell", "[implied]")
{
    CHECK(command("[\"bin/web\", \"-p\", \"80\"]") == "bin/web -p 80");
    CHECK(command("[ \"a b\", \"$HOME\", \"it's\", \"\", \"a=b\", \"*\" ]") ==
          "'a b' '$HOME' 'it'\\''s' '' 'a=b' '*'");
    CHECK(command("[\"a\", \\\n  \"b\"]") == "a b");
    CHECK(command("[\"time\", \"x\"]") == "'time' x");
    CHECK(command("[\"X=1\", \"x\"]") == "'X=1' x");
    CHECK(command("[\"x\", \"time\"]") == "x time");
    CHECK(command("[\"sh\", \"-c\", \"a\\nb\"]") == "sh -c 'a\nb'");
    CHECK(command("[\"\xC3\xA9\"]") == "'\xC3\xA9'");
}

TEST_CASE("an empty CMD implies nothing", "[implied]")
{
    CHECK(command("[]") == "(none)");
    CHECK(command("") == "(none)");
    CHECK(command(std::string{"a\0b", 3}) == "(none)");
    CHECK(command("[\"a\\u0000b\"]") == "[\"a\\u0000b\"]"); // a NUL byte, so this is no exec form
    CHECK(web("FROM x\nRUN make\n") == std::nullopt);
    CHECK(web("") == std::nullopt);
    CHECK(web("FROM x\nHEALTHCHECK CMD curl x\nONBUILD CMD y\n") == std::nullopt);
}

TEST_CASE("ENV and WORKDIR are those of the last stage and of what it builds on", "[implied]")
{
    std::optional<implied_type> const type = web("FROM ruby AS base\n"
                                                 "ENV A=1 B=1\n"
                                                 "WORKDIR base\n"
                                                 "FROM node AS assets\n"
                                                 "ENV C=1\n"
                                                 "CMD wrong\n"
                                                 "FROM --platform=linux/amd64 Base as final\n"
                                                 "ENV B=2\n"
                                                 "ENV D x y\n"
                                                 "WORKDIR sub\n"
                                                 "CMD bin/web\n");
    REQUIRE(type.has_value());
    CHECK(type->env == std::map<std::string, std::string>{{"A", "1"}, {"B", "2"}, {"D", "x y"}});
    CHECK(type->cwd == "base/sub");
    CHECK(web("FROM x AS a\nCMD y\nFROM z\n") == std::nullopt);
    CHECK(web("FROM x AS a\nCMD y\nFROM a\n")->command == "y");
}

TEST_CASE("WORKDIR counts when it lies below the root", "[implied]")
{
    CHECK(cwd("WORKDIR backend") == "backend");
    CHECK(cwd("WORKDIR a/./b//c/") == "a/b/c");
    CHECK(cwd("WORKDIR a\nWORKDIR b") == "a/b");
    CHECK(cwd("WORKDIR a/b\nWORKDIR ..") == "a");
    CHECK(cwd("WORKDIR \"a b\"") == "a b");
    CHECK(cwd("WORKDIR .") == "(none)");
    CHECK(cwd("WORKDIR a\nWORKDIR ..") == "(none)");
    CHECK(cwd("WORKDIR /app") == "(none)");
    CHECK(cwd("WORKDIR /app\nWORKDIR sub") == "(none)");
    CHECK(cwd("WORKDIR sub\nWORKDIR /app") == "(none)");
    CHECK(cwd("WORKDIR ../x") == "(none)");
    CHECK(cwd("WORKDIR a/../../b") == "(none)");
    CHECK(cwd("WORKDIR $APP") == "(none)");
}

TEST_CASE("what of a Dockerfile is not used is noted", "[implied]")
{
    std::string_view const text = "FROM x\nENTRYPOINT [\"tini\"]\nENV PATH=/app:$PATH\nCMD x\n";
    parsed_implied const parsed = implied_from_dockerfile(text, "Dockerfile");
    CHECK(rendered(parsed.diagnostics, text) ==
          "Dockerfile:2:1: note: ENTRYPOINT is not used; the web type is CMD alone\n"
          "    ********** [\"****\"]\n"
          "    ^\n"
          "Dockerfile:3:1: note: the '$' in the value of PATH is kept as it is\n"
          "    *** ****=/***:$****\n"
          "    ^\n");
    CHECK(parsed.web->env.at("PATH") == "/app:$PATH");
    CHECK(implied_from_dockerfile("FROM x\nENTRYPOINT x\n", "f").diagnostics.empty());
}

TEST_CASE("package.json with a start script implies npm start", "[implied]")
{
    std::optional<implied_type> const type =
        implied_from_package_json("{\"scripts\": {\"start\": \"node .\"}}\n", "package.json").web;
    REQUIRE(type.has_value());
    CHECK(type->command == "npm start");
    CHECK(type->from == "package.json scripts.start");
    CHECK(implied_from_package_json("\xEF\xBB\xBF{\"scripts\": {\"start\": \"x\"}}", "f").web);
    for (char const* text :
         {"{}", "[]", "1", "{\"scripts\": 1}", "{\"scripts\": {}}", "{\"start\": \"x\"}",
          "{\"scripts\": {\"start\": 1}}", "{\"scripts\": {\"start\": \" \"}}"}) {
        INFO(text);
        CHECK_FALSE(implied_from_package_json(text, "f").web);
        CHECK(implied_from_package_json(text, "f").diagnostics.empty());
    }
}

TEST_CASE("a package.json that is no JSON is named with the place", "[implied]")
{
    for (std::string const text : {"", "{", "{\n  \"a\": x\n}", "{} x", "{\"a\": \"\xFF\"}"}) {
        INFO(text);
        parsed_implied const parsed = implied_from_package_json(text, "package.json");
        CHECK_FALSE(parsed.web);
        REQUIRE(parsed.diagnostics.size() == 1);
        CHECK(parsed.diagnostics[0].level == severity::warning);
        CHECK(parsed.diagnostics[0].message.substr(0, 9) == "no JSON: ");
        CHECK(parsed.diagnostics[0].line >= 1);
    }
    parsed_implied const parsed = implied_from_package_json("{\n  \"a\": x\n}", "package.json");
    CHECK(parsed.diagnostics[0].line == 2);
    CHECK(parsed.diagnostics[0].column == 8);
}
