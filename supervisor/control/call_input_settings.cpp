// The bodies of calls that change settings: autoscale rules, limits and probes.
#include "procfile/config.hpp"
#include "procfile/toml_tree.hpp"
#include "supervisor/control/call_input.hpp"
#include "supervisor/control/problem.hpp"

namespace procd::control {

namespace json = boost::json;
using core::api::outcome;

outcome<core::autoscale::rule> parse_rule_body(json::value const& body)
{
    auto const* object = body.if_object();
    if (!object)
        return bad_request(
            "the body must be an object like {\"min\": 1, \"max\": 8, \"cpu_percent\": 75}");
    core::autoscale::rule rule;
    for (auto const& [name, to] : {std::pair{"min", &rule.min}, std::pair{"max", &rule.max}}) {
        auto const number = member_number(*object, name);
        if (!number)
            return number.error();
        *to = *number;
    }
    for (auto const& [name, to] :
         {std::pair{"cpu_percent", &rule.percent}, std::pair{"concurrency", &rule.concurrency}}) {
        auto const* const v = object->if_contains(name);
        if (v == nullptr || v->is_null())
            continue;
        auto const number = member_number(*object, name);
        if (!number)
            return number.error();
        *to = *number;
    }
    for (auto const& [name, v] : *object)
        if (name != "min" && name != "max" && name != "cpu_percent" && name != "concurrency")
            return bad_request("only min, max, cpu_percent and concurrency are known here");
    if (!rule.percent && !rule.concurrency)
        return bad_request("cpu_percent or concurrency is missing");
    return rule;
}

outcome<core::limits_override> parse_limits_body(json::value const& body)
{
    auto const* object = body.if_object();
    if (!object)
        return bad_request(
            "the body must be an object like {\"cpu_limit\": 1, \"memory\": 536870912}");
    core::limits_override limits;
    for (auto const& [name, v] : *object) {
        if (v.is_null())
            continue;
        boost::system::error_code ec;
        auto const number = v.is_number() ? v.to_number<double>(ec) : -1.0;
        constexpr double most_cores = 10'000;
        if (name == "memory") {
            auto const bytes = v.is_number() ? v.to_number<std::uint64_t>(ec) : 0;
            if (ec || bytes == 0)
                return bad_request("memory must be a number of bytes");
            if (auto const problem = procfile::memory_limit_problem(bytes))
                return bad_request("memory " + *problem);
            limits.memory = bytes;
        } else if (name != "cpu_request" && name != "cpu_limit") {
            return bad_request("only cpu_request, cpu_limit and memory are known here");
        } else if (!(number >= 0) || number > most_cores || (name == "cpu_limit" && number == 0)) {
            return bad_request(std::string(name) + " must be a number of cores");
        } else {
            (name == "cpu_request" ? limits.request : limits.cpu) = number;
        }
    }
    if (object->empty())
        return bad_request("nothing to set; e.g. {\"cpu_limit\": 1, \"memory\": 536870912}");
    return limits;
}

std::optional<procfile::probe_kind> parse_probe_kind(std::string_view name)
{
    using procfile::probe_kind;
    for (auto const kind : {probe_kind::startup, probe_kind::readiness, probe_kind::liveness})
        if (procfile::to_string(kind) == name)
            return kind;
    return std::nullopt;
}

namespace {

// Makes the tree that procd.toml would have given, so that the same rules read both.
procfile::toml_value as_toml(json::value const& v)
{
    using kind = procfile::toml_value::kind;
    procfile::toml_value made;
    if (auto const* object = v.if_object()) {
        for (auto const& [key, value] : *object)
            made.members.push_back({std::string(key), 0, 0, as_toml(value)});
        return made;
    }
    if (auto const* array = v.if_array()) {
        made.value_kind = kind::array;
        for (auto const& item : *array)
            made.items.push_back(as_toml(item));
    } else if (auto const* text = v.if_string()) {
        made.value_kind = kind::string;
        made.string = std::string(*text);
    } else if (v.is_int64()) {
        made.value_kind = kind::integer;
        made.integer = v.get_int64();
    } else if (v.is_bool()) {
        made.value_kind = kind::boolean;
        made.boolean = v.get_bool();
    } else {
        made.value_kind = kind::floating;
    }
    return made;
}

} // namespace

outcome<control_api::probes_change> parse_probes_body(json::value const& body)
{
    auto const* object = body.if_object();
    if (!object || object->empty())
        return bad_request(
            "the body must be an object like {\"readiness\": {\"http\": \"/healthz\"}}");
    control_api::probes_change probes;
    for (auto const& [name, value] : *object) {
        auto const kind = parse_probe_kind(name);
        if (!kind)
            return bad_request("'" + std::string(name) +
                               "' is no probe; use startup, readiness or liveness");
        if (value.is_null()) {
            probes[*kind] = std::nullopt;
            continue;
        }
        auto const parsed = procfile::parse_probe(as_toml(value), *kind);
        if (!parsed.diagnostics.empty())
            return bad_request(std::string(name) + ": " + parsed.diagnostics.front().message);
        probes[*kind] = parsed.value;
    }
    return probes;
}

} // namespace procd::control
