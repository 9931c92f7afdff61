// The rolling updates of Kubernetes' deployment controller, from tests/data/rollout.json and
// rollout_rounding.json.
#include "supervisor/core/rollout.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <fstream>
#include <sstream>

using namespace core::rollout;
namespace json = boost::json;

namespace {

json::array vectors(std::string const& name)
{
    std::ifstream file{std::string{TEST_DATA} + '/' + name};
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str()).as_array();
}

std::vector<member> members_of(json::object const& v)
{
    std::vector<member> there;
    auto const add = [&](char const* key, member kind) {
        for (int left = v.at(key).to_number<int>(); left > 0; --left) {
            kind.instance = static_cast<int>(there.size()) + 1;
            there.push_back(kind);
        }
    };
    add("old_available", {.is_new = false, .available = true});
    add("old_unavailable", {.is_new = false, .available = false});
    add("new_available", {.is_new = true, .available = true});
    add("new_unavailable", {.is_new = true, .available = false});
    return there;
}

// A step as the file writes it: the count of processes, or true.
json::object object_of(step const& taken)
{
    if (auto const* more = std::get_if<start>(&taken))
        return {{"start", more->count}};
    if (auto const* fewer = std::get_if<stop>(&taken))
        return {{"stop", fewer->instances.size()}};
    return {{std::holds_alternative<done>(taken) ? "done" : "wait", true}};
}

} // namespace

TEST_CASE("the next step of a rolling update is that of Kubernetes", "[rollout][vectors]")
{
    auto const all = vectors("rollout.json");
    REQUIRE(all.size() == 16);
    for (auto const& each : all) {
        auto const& v = each.as_object();
        INFO(json::value_to<std::string>(v.at("name")));
        limits const l{v.at("wanted").to_number<int>(), v.at("surge").to_number<int>(),
                       v.at("unavailable").to_number<int>()};
        CHECK(json::value(object_of(next(l, members_of(v)))) == v.at("expected"));
    }
}

TEST_CASE("surge and unavailable are rounded as Kubernetes rounds them", "[rollout][vectors]")
{
    auto const all = vectors("rollout_rounding.json");
    REQUIRE(all.size() == 8);
    for (auto const& each : all) {
        auto const& v = each.as_object();
        INFO(json::value_to<std::string>(v.at("name")));
        auto const amount_of = [&v](char const* key) {
            if (v.at(key).is_null())
                return procfile::amount{};
            std::string const text = json::value_to<std::string>(v.at(key));
            if (auto const percent = procfile::parse_percentage(text))
                return procfile::amount{*percent, procfile::amount::unit::percent};
            return procfile::amount{std::stoi(text)};
        };
        auto const wanted = v.at("wanted").to_number<int>();
        auto const found = resolve({amount_of("surge"), amount_of("unavailable")}, wanted);
        auto const& expected = v.at("expected").as_object();
        CHECK(found == limits{wanted, expected.at("surge").to_number<int>(),
                              expected.at("unavailable").to_number<int>()});
    }
}
