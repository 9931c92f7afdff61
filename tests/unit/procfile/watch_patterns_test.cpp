#include "procfile/watch_patterns.hpp"
#include "tests/fixtures/catch.hpp"

using procfile::path_glob;
using procfile::watch_patterns;

namespace {

using strings = std::vector<std::string>;

watch_patterns of(strings const& patterns)
{
    auto parsed = watch_patterns::parse(patterns);
    REQUIRE(parsed.has_value());
    return *parsed;
}

std::string error_of(strings const& patterns)
{
    auto const parsed = watch_patterns::parse(patterns);
    return parsed ? "" : parsed.error();
}

} // namespace

TEST_CASE("a pattern covers the paths that it names", "[watch_patterns]")
{
    struct row {
        char const *pattern, *path;
        bool covers;
    };
    auto const r = GENERATE(
        row{"src/**/*.rb", "src/a.rb", true}, row{"src/**/*.rb", "src/x/y/a.rb", true},
        row{"src/**/*.rb", "src/a.py", false}, row{"src/**/*.rb", "lib/src/a.rb", false},
        row{"src/**/*.rb", "src", false}, row{"**/*.rb", "a.rb", true},
        row{"**/*.rb", "x/a.rb", true}, row{"**/*.rb", "../a.rb", false},
        row{"**/*.rb", "/a.rb", false}, row{"*.rb", "a.rb", true}, row{"*.rb", "x/a.rb", false},
        row{"a**b", "axb", true}, row{"a**b", "a/b", false}, row{"src/**", "src/a/b", true},
        row{"src/*", "src/a", true}, row{"src/*", "src/a/b", false}, row{"a?c", "abc", true},
        row{"a?c",
            "a\xc3\xa4"
            "c",
            true},
        row{"a?c", "ac", false}, row{"[a-c]x", "bx", true}, row{"[!a-c]x", "bx", false},
        row{"[!a-c]x", "dx", true}, row{"[]]x", "]x", true}, row{"[a-]x", "-x", true},
        row{"a\\*b", "a*b", true}, row{"a\\*b", "axb", false}, row{"*a*b", "xaaxab", true},
        row{"*a*b", "xaaxa", false}, row{"{app,lib}/*.{rb,erb}", "lib/x.erb", true},
        row{"{app,lib}/*.{rb,erb}", "lib/x", false}, row{"a{b{1,2},c}", "ab2", true},
        row{"a{b{1,2},c}", "ac", true}, row{"./src//x/../*.rb", "src/a.rb", true},
        row{"../lib/*.rb", "../lib/a.rb", true}, row{"../lib/*.rb", "lib/a.rb", false},
        row{"/etc/app/*", "/etc/app/x", true},
        // wildcards do not match hidden files, as in a shell
        row{"src/*", "src/.x.swp", false}, row{"src/**", "src/.git/x", false},
        row{"src/.*", "src/.x", true}, row{"src", "src/.x.swp", false},
        // a pattern without wildcards is a file, or a directory with everything below
        row{"src", "src", true}, row{"src", "src/a/b", true}, row{"src/", "src/a", true},
        row{"config.yml", "config.yml", true}, row{"config.yml", "x/config.yml", false},
        row{".", "a/b", true}, row{".", ".procd/x", false});
    INFO(r.pattern << " covers " << r.path);
    CHECK(of({r.pattern}).covers(r.path) == r.covers);
}

TEST_CASE("what `!` names is left out, with all below it", "[watch_patterns]")
{
    auto const p = of({"!src/gen", "src/**/*.rb", "!tmp", "!*.min.rb", "!**/spec/**"});
    CHECK(p.covers("src/a.rb"));
    CHECK_FALSE(p.covers("src/gen/a.rb"));
    CHECK_FALSE(p.covers("src/gen/x/a.rb"));
    CHECK_FALSE(p.covers("src/x/tmp/a.rb"));
    CHECK_FALSE(p.covers("src/x/a.min.rb"));
    CHECK_FALSE(p.covers("src/spec/a.rb"));
    CHECK(p.covers("src/other/gen/a.rb"));
    CHECK(p.enters("src/other"));
    CHECK_FALSE(p.enters("src/gen"));
    CHECK_FALSE(p.enters("src/x/tmp"));

    auto const q = of({"/opt/lib/**", "!node_modules"});
    CHECK(q.covers("/opt/lib/x"));
    CHECK_FALSE(q.covers("/opt/lib/a/node_modules/x"));
}

TEST_CASE("only directories that may hold something are entered", "[watch_patterns]")
{
    auto const p = of({"src/*/models/*.rb", "lib"});
    CHECK(p.enters("src"));
    CHECK(p.enters("src/x"));
    CHECK(p.enters("src/x/models"));
    CHECK_FALSE(p.enters("src/x/other"));
    CHECK_FALSE(p.enters("src/x/models/deep"));
    CHECK_FALSE(p.enters("node_modules"));
    CHECK(p.enters("lib"));
    CHECK(p.enters("lib/deep/er"));
    CHECK_FALSE(p.enters("lib/.hidden"));
    CHECK(of({"**/*.rb"}).enters("any/thing"));
    CHECK_FALSE(of({"**/*.rb"}).enters(".git"));
    CHECK(of({".git/**"}).enters(".git"));
}

TEST_CASE("a watch begins at the directories that hold everything", "[watch_patterns]")
{
    CHECK(of({"src/**/*.rb"}).bases() == strings{"src"});
    CHECK(of({"*.rb", "src/**"}).bases() == strings{"."});
    CHECK(of({"src/a/*", "src/**", "lib/x/y/*"}).bases() == strings{"lib/x/y", "src"});
    CHECK(of({"src/a/*", "srcs/*"}).bases() == strings{"src/a", "srcs"});
    CHECK(of({"../lib/**", "**/*.rb"}).bases() == strings{".", "../lib"});
    CHECK(of({"/etc/app/*", "a/*"}).bases() == strings{"/etc/app", "a"});
    CHECK(of({"sr\\c/*"}).bases() == strings{"src"});
    CHECK(watch_patterns::files({"Procfile", "/etc/env", "a/b"}).bases() == strings{".", "/etc"});
}

TEST_CASE("files are themselves, whatever is in their names", "[watch_patterns]")
{
    auto const p = watch_patterns::files({"a*", "x/[b]", ".env"});
    CHECK(p.covers("a*"));
    CHECK(p.covers("x/[b]"));
    CHECK(p.covers(".env"));
    CHECK_FALSE(p.covers("ab"));
    CHECK_FALSE(p.covers("x/b"));
    CHECK_FALSE(p.covers("a*/b"));
    CHECK(p.enters("x"));
    CHECK_FALSE(p.enters("y"));
}

TEST_CASE("what cannot be meant is refused by name", "[watch_patterns]")
{
    CHECK(error_of({"src/[ab"}) == "'src/[ab': a '[' is never closed; \\[ is the character itself");
    CHECK(error_of({"src/[a/b]"}) ==
          "'src/[a/b]': a '[' is never closed; \\[ is the character itself");
    CHECK(error_of({"a{b,c"}) == "'a{b,c': a '{' is never closed, or stands for too many names");
    std::string many = "a";
    for (int i = 0; i < 12; ++i)
        many += "{1,2}";
    CHECK(error_of({many}) ==
          '\'' + many + "': a '{' is never closed, or stands for too many names");
    CHECK(error_of({std::string(5000, 'a')}) == "a pattern is longer than any path can be");
    CHECK(error_of({"!tmp"}) == "every pattern begins with '!', so nothing would be watched");
    CHECK(error_of({"!"}) == "'!' names no file or directory of an app");
    CHECK(error_of({"/"}) == "'/' names no file or directory of an app");
    CHECK(error_of({"{/,src}"}) == "'{/,src}' names no file or directory of an app");
    CHECK(error_of({"//"}) == "'//' names no file or directory of an app");
    CHECK(error_of({"a}b", "x", "\\[a", "a,b"}).empty());
    CHECK(error_of({}).empty());
}
