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

// The cases of one kind in peers.json, which has cases of the test suites of other tools.
json::array peer_vectors(std::string const& kind)
{
    json::array cases;
    for (json::value const& each : read_vectors("peers.json"))
        if (each.at("kind").as_string() == kind)
            cases.push_back(each);
    return cases;
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

void check_env(json::object const& v)
{
    INFO(text_at(v, "id") << ": " << text_at(v, "input"));
    std::map<std::string, std::string> variables;
    for (assignment const& a : parse_env(text_at(v, "input"), ".env").assignments)
        variables[a.key] = a.value;
    CHECK(variables ==
          (json::value_to<std::map<std::string, std::string>>(v.at("expected").at("vars"))));
}

void check_procfile(json::object const& v)
{
    INFO(text_at(v, "id") << ": " << text_at(v, "input"));
    std::vector<std::vector<std::string>> entries;
    for (entry const& e : parse(text_at(v, "input"), "Procfile").entries)
        entries.push_back({e.type, e.command});
    CHECK(entries ==
          json::value_to<std::vector<std::vector<std::string>>>(v.at("expected").at("entries")));
}

// The ports of all processes that the formation of a case has.
std::map<std::string, int> ports_of(json::object const& input)
{
    std::map<std::string, int> got;
    port_plan plan{base_port(input), strings_at(input, "procfile")};
    for (auto const& [type, count] : formation_of(input, "formation"))
        for (int n = 1; n <= count; ++n)
            got[type + "." + std::to_string(n)] = plan.port(type, n).value();
    return got;
}

} // namespace

TEST_CASE("every vector of an env file gives its variables", "[vectors]")
{
    json::array const vectors = read_vectors("env.json");
    REQUIRE(vectors.size() > 50);
    for (json::value const& vector : vectors)
        check_env(vector.as_object());
    json::array const peers = peer_vectors("env");
    REQUIRE(peers.size() == 27);
    for (json::value const& vector : peers)
        check_env(vector.as_object());
}

TEST_CASE("every vector of a Procfile gives its entries", "[vectors]")
{
    json::array const vectors = read_vectors("procfile.json");
    REQUIRE(vectors.size() > 20);
    for (json::value const& vector : vectors)
        check_procfile(vector.as_object());
    json::array const peers = peer_vectors("procfile");
    REQUIRE(peers.size() == 13);
    for (json::value const& vector : peers)
        check_procfile(vector.as_object());
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
        if (text_at(v, "id").rfind("port-", 0) != 0)
            CHECK(formation_of(input, "value") == expected);
        else if (expected.count("base"))
            CHECK(expected == std::map<std::string, int>{{"base", base_port(input)}});
        else
            CHECK(ports_of(input) == expected);
    }
}

TEST_CASE("every formation of other tools' suites gives its counts or its error", "[vectors]")
{
    json::array const vectors = peer_vectors("formation");
    REQUIRE(vectors.size() == 7);
    for (json::value const& vector : vectors) {
        json::object const& v = vector.as_object();
        INFO(text_at(v, "id"));
        json::object const& input = v.at("input").as_object();
        auto const types = strings_at(input, "procfile");
        auto const changes = parse_formation(text_at(input, "value"));
        if (v.at("expected").as_object().contains("error"))
            CHECK((!changes || !resolve(*changes, types, 1)));
        else
            CHECK(resolve(changes.value(), types, 1).value() ==
                  (json::value_to<std::map<std::string, int>>(v.at("expected"))));
    }
}

TEST_CASE("every port of other tools' suites is the same here", "[vectors]")
{
    json::array const vectors = peer_vectors("port");
    REQUIRE(vectors.size() == 4);
    for (json::value const& vector : vectors) {
        json::object const& v = vector.as_object();
        INFO(text_at(v, "id"));
        auto const got = ports_of(v.at("input").as_object());
        for (auto const& [name, port] :
             json::value_to<std::map<std::string, int>>(v.at("expected"))) {
            REQUIRE(got.count(name) == 1);
            CHECK(got.at(name) == port);
        }
    }
}
