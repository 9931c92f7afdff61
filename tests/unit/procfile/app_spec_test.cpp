#include "procfile/app_spec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/procfile/rendered.hpp"

using namespace procfile;
using strings = std::vector<std::string>;

namespace {

parsed_app merged(std::optional<std::string> const& procfile,
                  std::optional<std::string> const& config = {},
                  std::vector<std::string> const& env_files = {})
{
    app_files files;
    if (procfile)
        files.procfile = app_files::text{"Procfile", *procfile};
    if (config)
        files.config = app_files::text{"procd.toml", *config};
    for (std::string const& env : env_files)
        files.env_files.push_back({".env" + std::to_string(files.env_files.size()), env});
    return merge(files);
}

// The errors, one on each line, without the source lines.
std::string errors(parsed_app const& app)
{
    std::string all;
    for (diagnostic const& d : app.diagnostics)
        if (d.level == severity::error)
            all += render(d, "");
    return all;
}

} // namespace

TEST_CASE("types carry their command, position and settings", "[app_spec]")
{
    parsed_app const app = merged("web: bin/web && x\n# c\nrelease: bin/migrate\nworker: bin/w\n",
                                  "[types.worker]\ncount = 3\n[defaults]\nmax_restarts = 2\n");
    CHECK(app.diagnostics.empty());
    REQUIRE(app.spec.types.size() == 2);
    type_spec const& web = app.spec.types[0];
    CHECK(web.name == "web");
    CHECK(web.command == "bin/web && x");
    CHECK(web.line == "bin/web && x");
    CHECK(web.source_line == 1);
    CHECK(web.position == 0);
    CHECK(web.settings.max_restarts == 2);
    type_spec const& worker = app.spec.types[1];
    CHECK(worker.line == "exec bin/w");
    CHECK(worker.position == 2);
    CHECK(worker.settings.count == 3);
    REQUIRE(app.spec.release_phase.has_value());
    CHECK(app.spec.release_phase->command == "bin/migrate");
    CHECK(app.spec.release_phase->position == 1);
    CHECK(app.spec.find("worker") == &app.spec.types[1]);
    CHECK(app.spec.find("release") == nullptr);
    CHECK(app.spec.type_names() == strings{"web", "worker"});
    CHECK(app.spec.port_order() == strings{"web", "release", "worker"});
    CHECK(app.spec.implied == std::nullopt);
}

TEST_CASE("a release phase keeps its place wherever it stands", "[app_spec]")
{
    CHECK(merged("release: r\na: 1\nb: 2\n").spec.port_order() == strings{"release", "a", "b"});
    CHECK(merged("a: 1\nb: 2\nrelease: r\n").spec.port_order() == strings{"a", "b", "release"});
    CHECK(merged("a: 1\nb: 2\n").spec.port_order() == strings{"a", "b"});
}

TEST_CASE("env files follow each other", "[app_spec]")
{
    parsed_app const app = merged("web: x\n", {}, {"A=1\nB=1\n", "A=2\n"});
    CHECK(app.spec.env == std::vector<assignment>{{"A", "1", 1}, {"B", "1", 2}, {"A", "2", 1}});
}

TEST_CASE("findings of all files are together in the order they were read", "[app_spec]")
{
    parsed_app const app = merged("web: x\noops\n", "[types.web]\ncont = 1\n", {"?\n", "A=1\n?\n"});
    strings files;
    for (diagnostic const& d : app.diagnostics)
        files.push_back(d.file + ":" + std::to_string(d.line));
    CHECK(files == strings{"procd.toml:2", "Procfile:2", ".env0:1", ".env1:2"});
}

TEST_CASE("without a Procfile and anything to imply one it is said what was looked for",
          "[app_spec]")
{
    std::string const message =
        "Procfile: error: not found, and nothing implies a web type: looked "
        "for a CMD in Dockerfile and scripts.start in package.json\n";
    CHECK(errors(merged({})) == message);
    CHECK(errors(merged({}, "[types.web]\ncount = 1\n")) == message);
    app_files files;
    files.dockerfile = app_files::text{"Dockerfile", "FROM x\n"};
    files.package_json = app_files::text{"package.json", "{}"};
    CHECK(errors(merge(files)) == message);
}

TEST_CASE("a Dockerfile implies web with its ENV before the env files and its WORKDIR",
          "[app_spec]")
{
    app_files files;
    files.dockerfile = app_files::text{"Dockerfile", "FROM x\nENV A=1\nWORKDIR sub\nCMD bin/web\n"};
    files.package_json = app_files::text{"package.json", "{\"scripts\": {\"start\": \"x\"}}"};
    files.env_files.push_back({".env", "A=2\n"});
    parsed_app const app = merge(files);
    CHECK(app.diagnostics.empty());
    REQUIRE(app.spec.types.size() == 1);
    CHECK(app.spec.types[0].name == "web");
    CHECK(app.spec.types[0].line == "exec bin/web");
    CHECK(app.spec.types[0].settings.cwd == "sub");
    CHECK(app.spec.implied == "Dockerfile CMD");
    CHECK(app.spec.env == std::vector<assignment>{{"A", "1", 4}, {"A", "2", 1}});

    files.config = app_files::text{"procd.toml", "[types.web]\ncwd = \"other\"\n"};
    CHECK(merge(files).spec.types[0].settings.cwd == "other");
}

TEST_CASE("package.json implies web when no Dockerfile does, a Procfile comes before both",
          "[app_spec]")
{
    app_files files;
    files.dockerfile = app_files::text{"Dockerfile", "FROM x\n"};
    files.package_json = app_files::text{"package.json", "{\"scripts\": {\"start\": \"x\"}}"};
    parsed_app const app = merge(files);
    CHECK(app.diagnostics.empty());
    CHECK(app.spec.types.at(0).command == "npm start");
    CHECK(app.spec.implied == "package.json scripts.start");
    files.procfile = app_files::text{"Procfile", "a: b\n"};
    CHECK(merge(files).spec.type_names() == strings{"a"});
}

TEST_CASE("a Procfile without a type is an error", "[app_spec]")
{
    CHECK(errors(merged("# nothing\n")) == "Procfile: error: declares no process type\n");
    CHECK(errors(merged("")) == "Procfile: error: declares no process type\n");
    CHECK(errors(merged("release: x\n")) ==
          "Procfile: error: declares no process type but the release phase, and nothing implies a "
          "web type: looked for a CMD in Dockerfile and scripts.start in package.json\n");
}

TEST_CASE("a release phase alone does not hide what implies web", "[app_spec]")
{
    app_files files;
    files.procfile = app_files::text{"Procfile", "release: r\n"};
    files.package_json = app_files::text{"package.json", "{\"scripts\": {\"start\": \"x\"}}"};
    CHECK(merge(files).spec.types.at(0).command == "npm start");
    files.dockerfile = app_files::text{"Dockerfile", "FROM x\nCMD bin/web\n"};
    parsed_app const app = merge(files);
    CHECK(app.diagnostics.empty());
    CHECK(app.spec.types.at(0).command == "bin/web");
    CHECK(app.spec.release_phase->command == "r");
    CHECK(app.spec.port_order() == strings{"web", "release"});
    files.procfile->content = "# nothing\n";
    CHECK(errors(merge(files)) == "Procfile: error: declares no process type\n");
}

TEST_CASE("a one-off command needs no type, but files that can be read", "[app_spec]")
{
    app_files files;
    files.env_files = {{".env", "A=1\n"}};
    parsed_app const app = merge(files, types_are::optional);
    CHECK(app.diagnostics.empty());
    CHECK(app.spec.env.size() == 1);
    files.config = app_files::text{"procd.toml", "[app\n"};
    CHECK(has_error(merge(files, types_are::optional).diagnostics));
}

TEST_CASE("a file in UTF-16 is an error of its own", "[app_spec]")
{
    std::string const utf16 = "\xFF\xFEw";
    CHECK(errors(merged(utf16)) == "Procfile: error: is in UTF-16; save it as UTF-8\n");
    CHECK(errors(merged("web: x\n", utf16)) ==
          "procd.toml: error: is in UTF-16; save it as UTF-8\n");
    CHECK(errors(merged("web: x\n", {}, {utf16})) ==
          ".env0: error: is in UTF-16; save it as UTF-8\n");
    app_files files;
    files.package_json = app_files::text{"package.json", utf16};
    CHECK(has_error(merge(files).diagnostics));
}

TEST_CASE("a table of a type that is not there is an error with the nearest", "[app_spec]")
{
    std::string_view const config = "[types.wbe]\ncount = 1\n";
    CHECK(rendered(merged("web: x\n", std::string{config}).diagnostics, config) ==
          "procd.toml:1:8: error: no process type 'wbe' (did you mean 'web'?)\n"
          "    [types.wbe]\n"
          "           ^\n");
    CHECK(errors(merged("web: x\n", "[types.release]\ncwd = \"x\"\n")) ==
          "procd.toml:1:8: error: no process type 'release'\n");
    CHECK(errors(merged("web: x\nrelease: y\n", "[types.release]\ncwd = \"x\"\n")).empty());
}

TEST_CASE("two types with one port variable are an error", "[app_spec]")
{
    CHECK(errors(merged("my-web: x\nb: y\nmy_web: z\n")) ==
          "Procfile:3:1: error: types 'my-web' and 'my_web' would both set PROCD_PORT_MY_WEB\n");
    CHECK(errors(merged("web: x\nWEB: y\n")) ==
          "Procfile:2:1: error: types 'web' and 'WEB' would both set PROCD_PORT_WEB\n");
}

TEST_CASE("after names types that are there", "[app_spec]")
{
    auto const after = [](std::string const& keys) {
        return errors(merged("db: x\nweb: y\nworker: z\nrelease: r\n", keys));
    };
    CHECK(after("[types.web]\nafter = [\"db\"]\n[types.worker]\nafter = [\"web\", \"db\"]\n")
              .empty());
    CHECK(after("[types.web]\nafter = [\"bd\"]\n") ==
          "procd.toml:2:9: error: type 'web' starts after 'bd', which is no process type (did you "
          "mean 'db'?)\n");
    CHECK(after("[types.web]\nafter = [\"web\"]\n") ==
          "procd.toml:2:9: error: type 'web' cannot start after itself\n");
    CHECK(after("[types.web]\nafter = [\"release\"]\n") ==
          "procd.toml:2:9: error: 'release' is the release phase, which comes before all types\n");
    CHECK(after("[defaults]\nafter = [\"db\"]\n") ==
          "procd.toml:2:9: error: type 'db' cannot start after itself\n");
}

TEST_CASE("after may not go round in a circle", "[app_spec]")
{
    auto const after = [](std::string const& a, std::string const& b, std::string const& c) {
        return errors(merged("a: x\nb: y\nc: z\n", "[types]\na.after = [" + a + "]\nb.after = [" +
                                                       b + "]\nc.after = [" + c + "]\n"));
    };
    CHECK(after("\"b\", \"c\"", "\"c\"", "").empty());
    CHECK(after("\"b\"", "\"a\"", "") ==
          "procd.toml:2:11: error: 'after' goes round in a circle: a -> b -> a\n");
    CHECK(after("\"b\"", "\"c\"", "\"a\"") ==
          "procd.toml:2:11: error: 'after' goes round in a circle: a -> b -> c -> a\n");
    CHECK(after("\"b\"", "\"c\"", "\"b\"") ==
          "procd.toml:3:11: error: 'after' goes round in a circle: b -> c -> b\n");
}

TEST_CASE("what could be read is there in spite of errors", "[app_spec]")
{
    parsed_app const app = merged("web: x\nweb: y\noops\nworker: z\n", "[app]\nport = 0\n");
    CHECK(has_error(app.diagnostics));
    CHECK(app.spec.type_names() == strings{"web", "worker"});
    parsed_app const broken = merged("web: x\n", "[app\n");
    CHECK(has_error(broken.diagnostics));
    CHECK(broken.spec.type_names() == strings{"web"});
}
