#include "supervisor/core/kept_state.hpp"

#include "procfile/formation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <stdexcept>

namespace core {

namespace json = boost::json;

namespace {

constexpr char const* format = "procd state 1";

int count_from(json::value const& v)
{
    auto const count = v.to_number<int>();
    if (count < 0 || count > procfile::max_count)
        throw std::runtime_error("a count out of range");
    return count;
}

json::value rule_json(std::optional<autoscale::rule> const& rule)
{
    if (!rule)
        return nullptr;
    return json::object{{"min", rule->min}, {"max", rule->max}, {"percent", rule->percent}};
}

std::optional<autoscale::rule> rule_from(json::value const& v)
{
    if (v.is_null())
        return std::nullopt;
    autoscale::rule const rule{count_from(v.at("min")), count_from(v.at("max")),
                               v.at("percent").to_number<int>()};
    if (rule.min < 1 || rule.max < rule.min || rule.percent < 1)
        throw std::runtime_error("a rule out of range");
    return rule;
}

json::value type_json(kept_type const& t)
{
    json::array held;
    for (int const n : t.held)
        held.emplace_back(n);
    return json::object{
        {"wanted", t.wanted},
        {"release", t.release},
        {"held", std::move(held)},
        {"autoscale", rule_json(t.rule)},
        {"last_rescale", t.last_rescale ? json::value(iso_text_ms(*t.last_rescale)) : nullptr}};
}

kept_type type_from(json::value const& v)
{
    kept_type t;
    t.wanted = count_from(v.at("wanted"));
    t.release = v.at("release").to_number<int>();
    for (auto const& n : v.at("held").as_array())
        t.held.insert(count_from(n));
    t.rule = rule_from(v.at("autoscale"));
    if (auto const& last = v.at("last_rescale"); !last.is_null())
        t.last_rescale = parse_iso(std::string_view(last.as_string()));
    return t;
}

kept_state read_state(json::value const& v)
{
    if (v.at("format").as_string() != format)
        throw std::runtime_error("not a state of this version of procd");
    kept_state s;
    s.release = v.at("release").to_number<int>();
    s.newest = v.at("newest").to_number<int>();
    s.read = v.at("read").to_number<int>();
    if (s.release < 1 || s.newest < s.release)
        throw std::runtime_error("no such release");
    if (auto const& text = v.at("formation"); !text.is_null())
        s.formation = std::string(text.as_string());
    for (auto const& [name, type] : v.at("types").as_object())
        s.types[std::string(name)] = type_from(type);
    return s;
}

} // namespace

json::value to_json(kept_state const& s)
{
    json::object types;
    for (auto const& [name, type] : s.types)
        types[name] = type_json(type);
    return json::object{{"format", format},
                        {"release", s.release},
                        {"newest", s.newest},
                        {"read", s.read},
                        {"formation", s.formation ? json::value(*s.formation) : nullptr},
                        {"types", std::move(types)}};
}

boost::system::result<kept_state, std::string> kept_state_from_json(json::value const& v)
{
    using result = boost::system::result<kept_state, std::string>;
    try {
        return read_state(v);
    } catch (std::exception const& e) {
        return result(boost::system::in_place_error, e.what());
    }
}

} // namespace core
