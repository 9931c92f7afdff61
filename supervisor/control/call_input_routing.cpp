// The body of the call that pauses or disables front ports.
#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"

namespace procd::control {

namespace json = boost::json;
using core::api::outcome;

namespace {

constexpr char const* expected =
    "the body must be an object like {\"web\": {\"paused\": true}, \"api\": {\"disabled\": false}}";

outcome<core::routing_change> parse_change_of(std::string type, json::value const& v)
{
    auto const* const object = v.if_object();
    if (object == nullptr || object->empty())
        return bad_request(expected);
    core::routing_change change{std::move(type), {}, {}};
    for (auto const& [name, flag] : *object) {
        if (name != "paused" && name != "disabled")
            return bad_request("only paused and disabled are known here");
        if (!flag.is_bool())
            return bad_request(std::string(name) + " must be true or false");
        (name == "paused" ? change.paused : change.disabled) = flag.get_bool();
    }
    return change;
}

} // namespace

outcome<std::vector<core::routing_change>> parse_routing_body(json::value const& body)
{
    auto const* const object = body.if_object();
    if (object == nullptr || object->empty())
        return bad_request(expected);
    std::vector<core::routing_change> changes;
    for (auto const& [type, v] : *object) {
        auto change = parse_change_of(std::string(type), v);
        if (!change)
            return change.error();
        changes.push_back(std::move(*change));
    }
    return changes;
}

} // namespace procd::control
