// Shared test vectors in tests/data: the known behaviour of Foreman, honcho, forego, node-foreman
// and others.
#include "procfile/app_spec.hpp"
#include "procfile/formation.hpp"
#include "procfile/port.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <fstream>
#include <sstream>

using namespace procfile;
namespace json = boost::json;

namespace {

json::array read_vectors(std::string const& name)
{
    std::ifstream file{std::string{TEST_DATA} + "/" + name};
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str()).as_array();
}

std::string text_at(json::object const& object, char const* key)
{
    json::value const* const value = object.if_contains(key);
    return value ? json::value_to<std::string>(*value) : "";
}

std::vector<std::string> strings_at(json::object const& object, char const* key)
{
    json::value const* const value = object.if_contains(key);
    return value ? json::value_to<std::vector<std::string>>(*value) : std::vector<std::string>{};
}

std::optional<int> last_port(std::string const& env_file)
{
    std::optional<int> port;
    for (assignment const& a : parse_env(env_file, ".env").assignments)
        if (a.key == "PORT")
            port = std::stoi(a.value);
    return port;
}

// The base port: -p, or else PORT of the env files, or else $PORT, or else 5000.
int base_port(json::object const& input)
{
    if (json::value const* const port = input.if_contains("cli_port"))
        return static_cast<int>(port->as_int64());
    if (std::optional<int> const port = last_port(text_at(input, "env_file")))
        return *port;
    if (json::value const* const environment = input.if_contains("process_env"))
        return std::stoi(text_at(environment->as_object(), "PORT"));
    return 5000;
}

std::map<std::string, int> formation_of(json::object const& input, char const* key)
{
    std::vector<std::string> const types = strings_at(input, "procfile");
    std::vector<change> changes;
    for (std::string const& type : strings_at(input, "start"))
        changes.push_back({type, change_kind::set, 1});
    json::value const* const text = input.if_contains(key);
    if (text && text->is_string())
        changes = parse_formation(text_at(input, key)).value();
    return resolve(changes, types, 1).value();
}

} // namespace

TEST_CASE("every vector of an env file gives its variables", "[vectors]")
{
    json::array const vectors = read_vectors("env.json");
    REQUIRE(vectors.size() > 50);
    for (json::value const& vector : vectors) {
        json::object const& v = vector.as_object();
        INFO(text_at(v, "id") << ": " << text_at(v, "input"));
        std::map<std::string, std::string> variables;
        for (assignment const& a : parse_env(text_at(v, "input"), ".env").assignments)
            variables[a.key] = a.value;
        CHECK(variables ==
              (json::value_to<std::map<std::string, std::string>>(v.at("expected").at("vars"))));
    }
}

TEST_CASE("every vector of a Procfile gives its entries", "[vectors]")
{
    json::array const vectors = read_vectors("procfile.json");
    REQUIRE(vectors.size() > 20);
    for (json::value const& vector : vectors) {
        json::object const& v = vector.as_object();
        INFO(text_at(v, "id") << ": " << text_at(v, "input"));
        std::vector<std::vector<std::string>> entries;
        for (entry const& e : parse(text_at(v, "input"), "Procfile").entries)
            entries.push_back({e.type, e.command});
        CHECK(entries == json::value_to<std::vector<std::vector<std::string>>>(
                             v.at("expected").at("entries")));
    }
}

TEST_CASE("every vector of a formation or a port gives its numbers", "[vectors]")
{
    json::array const vectors = read_vectors("formation_port.json");
    REQUIRE(vectors.size() >= 12);
    for (json::value const& vector : vectors) {
        json::object const& v = vector.as_object();
        INFO(text_at(v, "id"));
        json::object const& input = v.at("input").as_object();
        auto const expected = json::value_to<std::map<std::string, int>>(v.at("expected"));
        bool const is_port = text_at(v, "id").rfind("port-", 0) == 0;
        if (!is_port) {
            CHECK(formation_of(input, "value") == expected);
            continue;
        }
        std::map<std::string, int> got{{"base", base_port(input)}};
        if (!expected.count("base")) {
            got.clear();
            port_plan plan{base_port(input), strings_at(input, "procfile")};
            for (auto const& [type, count] : formation_of(input, "formation"))
                for (int n = 1; n <= count; ++n)
                    got[type + "." + std::to_string(n)] = plan.port(type, n).value();
        }
        CHECK(got == expected);
    }
}
