#include "supervisor/control/call_input.hpp"

#include "procfile/config.hpp"
#include "procfile/procfile.hpp"
#include "procfile/toml_tree.hpp"
#include "supervisor/control/problem.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include <charconv>

namespace procd::control {

namespace json = boost::json;
using core::api::outcome;

namespace {

// A number is also what a problem can be made of (its status), so this says which is meant.
template <class T>
outcome<T> value_of(T value)
{
    return outcome<T>(boost::system::in_place_value, value);
}

std::string quoted(std::string_view text)
{
    return "'" + std::string(text) + "'";
}

outcome<procfile::change> parse_word(std::string_view word)
{
    auto change = procfile::parse_change(word);
    if (!change)
        return bad_request(change.error().message);
    return *change;
}

outcome<procfile::change> parse_member(json::key_value_pair const& member)
{
    auto const type = std::string_view(member.key());
    if (!procfile::valid_type(type))
        return bad_request(quoted(type) + " cannot name a process type");
    auto const& value = member.value();
    if (auto const* text = value.if_string()) {
        bool const relative = text->starts_with('+') || text->starts_with('-');
        return parse_word(std::string(type) + (relative ? "" : "=") + std::string(*text));
    }
    if (value.is_int64() || value.is_uint64())
        return parse_word(std::string(type) + "=" + json::serialize(value));
    return bad_request("the count of " + quoted(type) + " must be a number, or a text like \"+1\"");
}

} // namespace

outcome<json::value> parse_body(std::string_view body)
{
    json::stream_parser parser;
    boost::system::error_code ec;
    std::size_t const at = parser.write_some(body.data(), body.size(), ec);
    if (!ec && at < body.size())
        return bad_request("the body is not JSON: something follows the value at byte " +
                           std::to_string(at + 1));
    if (!ec)
        parser.finish(ec);
    if (ec)
        return bad_request("the body is not JSON: " + ec.message() + " at byte " +
                           std::to_string(at + 1));
    return parser.release();
}

outcome<std::vector<procfile::change>> parse_changes(json::value const& body)
{
    std::vector<procfile::change> changes;
    auto const add = [&](outcome<procfile::change> change) -> std::optional<core::api::problem> {
        if (!change)
            return change.error();
        changes.push_back(*change);
        return std::nullopt;
    };
    if (auto const* object = body.if_object()) {
        for (auto const& member : *object)
            if (auto problem = add(parse_member(member)))
                return *problem;
    } else if (auto const* words = body.if_array()) {
        for (auto const& word : *words) {
            if (!word.is_string())
                return bad_request("a list of changes holds texts like \"web=2\"");
            if (auto problem = add(parse_word(std::string_view(word.get_string()))))
                return *problem;
        }
    } else {
        return bad_request("the body must be an object like {\"web\": 2, \"worker\": \"+1\"}");
    }
    if (changes.empty())
        return bad_request("nothing to change; name a type and a count, e.g. {\"web\": 2}");
    return changes;
}

outcome<int> parse_signal_body(json::value const& body)
{
    auto const* object = body.if_object();
    auto const* signal = object ? object->if_contains("signal") : nullptr;
    if (!signal || !(signal->is_string() || signal->is_int64()))
        return bad_request("the body must be an object like {\"signal\": \"TERM\"}");
    auto const name = signal->is_string() ? std::string(std::string_view(signal->get_string()))
                                          : std::to_string(signal->get_int64());
    auto const number = procfile::parse_signal(name);
    if (!number)
        return bad_request(quoted(name) + " is not a signal; use a name such as TERM, HUP or USR1");
    return value_of(*number);
}

namespace {

// A whole number of an object; the problem names what is missing or odd.
outcome<int> member_number(json::object const& object, std::string_view name)
{
    auto const* v = object.if_contains(name);
    if (!v)
        return bad_request(std::string(name) + " is missing");
    auto const* number = v->if_int64();
    constexpr std::int64_t most = 1'000'000'000;
    if (!number || *number < -most || *number > most)
        return bad_request(std::string(name) + " must be a whole number");
    return value_of(static_cast<int>(*number));
}

} // namespace

outcome<core::autoscale::rule> parse_rule_body(json::value const& body)
{
    auto const* object = body.if_object();
    if (!object)
        return bad_request(
            "the body must be an object like {\"min\": 1, \"max\": 8, \"cpu_percent\": 75}");
    core::autoscale::rule rule;
    for (auto const& [name, to] : {std::pair{"min", &rule.min}, std::pair{"max", &rule.max},
                                   std::pair{"cpu_percent", &rule.percent}}) {
        auto const number = member_number(*object, name);
        if (!number)
            return number.error();
        *to = *number;
    }
    if (object->size() > 3)
        return bad_request("only min, max and cpu_percent are known here");
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

// The tree that procd.toml would have given, so that both are read by the same rules.
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
        made.what = kind::array;
        for (auto const& item : *array)
            made.items.push_back(as_toml(item));
    } else if (auto const* text = v.if_string()) {
        made.what = kind::string;
        made.string = std::string(*text);
    } else if (v.is_int64()) {
        made.what = kind::integer;
        made.integer = v.get_int64();
    } else if (v.is_bool()) {
        made.what = kind::boolean;
        made.boolean = v.get_bool();
    } else {
        made.what = kind::floating;
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

outcome<process::exec_request> parse_exec_body(json::value const& body)
{
    auto const* object = body.if_object();
    auto const* command = object ? object->if_contains("command") : nullptr;
    auto const* words = command ? command->if_array() : nullptr;
    if (!words || words->empty())
        return bad_request("the body must be an object like {\"command\": [\"ls\", \"-l\"]}");
    process::exec_request made;
    for (auto const& word : *words) {
        auto const* text = word.if_string();
        if (!text || text->find('\0') != json::string::npos)
            return bad_request("command must be an array of texts without NUL bytes");
        made.argv.emplace_back(*text);
    }
    if (made.argv.front().empty())
        return bad_request("the command's first word is empty");
    for (auto const& [name, to] : {std::pair{"tty", &made.tty}, std::pair{"stdin", &made.input}}) {
        auto const* v = object->if_contains(name);
        if (v && !v->is_bool())
            return bad_request(std::string(name) + " must be true or false");
        *to = v && v->get_bool();
    }
    for (auto const& [name, to] :
         {std::pair{"rows", &made.window.rows}, std::pair{"columns", &made.window.columns}}) {
        if (!object->contains(name))
            continue;
        auto const number = member_number(*object, name);
        if (!number)
            return number.error();
        if (*number < 0 || *number > 65'535)
            return bad_request(std::string(name) + " must be from 0 to 65535");
        *to = static_cast<unsigned short>(*number);
    }
    return made;
}

outcome<bool> query_flag(http_target const& target, std::string_view name, bool otherwise)
{
    auto const value = target.value(name);
    if (!value)
        return value_of(otherwise);
    if (*value == "true" || *value == "1" || value->empty())
        return value_of(true);
    if (*value == "false" || *value == "0")
        return value_of(false);
    return bad_request(std::string(name) + " must be true or false");
}

outcome<std::optional<std::uint64_t>> query_number(http_target const& target, std::string_view name,
                                                   std::uint64_t most)
{
    using number = std::optional<std::uint64_t>;
    auto const value = target.value(name);
    if (!value)
        return number();
    std::uint64_t result = 0;
    auto const* const end = value->data() + value->size();
    auto const parsed = std::from_chars(value->data(), end, result);
    if (parsed.ec != std::errc() || parsed.ptr != end || result > most)
        return bad_request(std::string(name) + " must be a number from 0 to " +
                           std::to_string(most));
    return number(result);
}

} // namespace procd::control
