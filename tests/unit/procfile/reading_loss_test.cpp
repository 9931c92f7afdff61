#include "procfile/reading_loss.hpp"
#include "tests/fixtures/catch.hpp"

using procfile::app_files;
using procfile::diagnostic;
using procfile::reading_loss;

namespace {

app_files files(std::string const& procfile, std::optional<std::string> const& env = {},
                std::optional<std::string> const& config = {})
{
    app_files f;
    f.procfile = {"Procfile", procfile};
    if (env)
        f.env_files.push_back({".env", *env});
    if (config)
        f.config = {"procd.toml", *config};
    return f;
}

// "Procfile:2" for each finding, "Procfile" for one about the file.
std::vector<std::string> places(std::vector<diagnostic> const& findings)
{
    std::vector<std::string> all;
    for (auto const& f : findings)
        all.push_back(f.file + (f.line > 0 ? ":" + std::to_string(f.line) : ""));
    return all;
}

using places_t = std::vector<std::string>;

} // namespace

TEST_CASE("files that change without a slip lose nothing", "[reading_loss]")
{
    auto const before = files("web: a\nworker: b\n", "A=1\n", "[types.web]\ncount = 2\n");
    CHECK(reading_loss(before, before).empty());
    CHECK(reading_loss(before, files("web: c\n# worker: b\n", "B=1\n", "")).empty());
    CHECK(reading_loss(files("web: a\n"), before).empty());
}

TEST_CASE("a line that is newly skipped is a loss", "[reading_loss]")
{
    auto const before = files("web: a\nworker: b\n", "A=1\nB=\"2\"\n");
    CHECK(places(reading_loss(before, files("web: a\nworker b\n", "A=1\nB=\"2\"\n"))) ==
          places_t{"Procfile:2"});
    CHECK(places(reading_loss(before, files("web: a\n", "A 1\nB=\"2\n"))) ==
          places_t{".env:1", ".env:2"});
    CHECK(places(reading_loss(before, files("web: a\nnonsense\nworker: b\n", "A=1\nB=\"2\"\n"))) ==
          places_t{"Procfile:2"});
}

TEST_CASE("a line that the last reading skipped already is no loss, wherever it moves",
          "[reading_loss]")
{
    auto const before = files("web: a\nworker b\n");
    CHECK(reading_loss(before, files("worker b\nother: c\nweb: a\n")).empty());
    CHECK(places(reading_loss(before, files("web: a\nworker b\nworker b\n"))) ==
          places_t{"Procfile:3"}); // a second one
    CHECK(places(reading_loss(before, files("web: a\nworker c\n"))) == places_t{"Procfile:2"});
}

TEST_CASE("a file that is gone is a loss, unless another one takes its place", "[reading_loss]")
{
    auto const before = files("web: a\n", "A=1\n", "");
    CHECK(places(reading_loss(before, files("web: a\n", "A=1\n"))) == places_t{"procd.toml"});
    CHECK(places(reading_loss(before, files("web: a\n", {}, ""))) == places_t{".env"});
    CHECK(reading_loss(before, files("web: a\n", {}, "[app]\nenv_files = []\n")).empty());

    app_files other;
    other.config = {"procd.toml", ""};
    other.env_files = before.env_files;
    other.dockerfile = {"Dockerfile", "CMD run\n"};
    CHECK(places(reading_loss(before, other)) == places_t{"Procfile"});
    CHECK(reading_loss(other, before).empty()); // the Procfile wins over the Dockerfile
    auto without = other;
    without.dockerfile.reset();
    without.package_json = {"package.json", R"({"scripts": {"start": "x"}})"};
    CHECK(places(reading_loss(other, without)) == places_t{"Dockerfile"});
}

TEST_CASE("a type that is newly declared twice is a loss, one that was so before is none",
          "[reading_loss]")
{
    auto const once = files("web: a\nworker: b\n"), twice = files("web: a\nweb: b\n");
    CHECK(places(reading_loss(once, twice)) == places_t{"Procfile:2"});
    CHECK(reading_loss(twice, files("# more\nother: c\nweb: a\nother2: d\nweb: b\n")).empty());
    CHECK(reading_loss(twice, once).empty());
}

TEST_CASE("beside a Procfile of a release phase alone, a Dockerfile that is gone is a loss",
          "[reading_loss]")
{
    auto both = files("release: r\n");
    both.dockerfile = {"Dockerfile", "CMD run\n"};
    both.package_json = {"package.json", R"({"scripts": {"start": "x"}})"};
    auto without = both;
    without.dockerfile.reset();
    CHECK(places(reading_loss(both, without)) == places_t{"Dockerfile"});
    CHECK(reading_loss(both, files("release: r\nweb: a\n")).empty());
    auto unused = both;
    unused.package_json.reset();
    CHECK(reading_loss(both, unused).empty());
    both.dockerfile = {"Dockerfile", "FROM x\n"}; // implies nothing
    CHECK(reading_loss(both, without).empty());
}
