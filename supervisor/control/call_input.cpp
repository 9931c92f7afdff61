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

// Makes an outcome that holds a value. A plain number would be ambiguous, because a problem can be
// made of a number, too (its status).
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

outcome<json::value> parse_json(std::string_view body)
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

outcome<bool> query_flag(http_target const& target, std::string_view name, when_absent otherwise)
{
    auto const value = target.value(name);
    if (!value)
        return value_of(otherwise == when_absent::yes);
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
