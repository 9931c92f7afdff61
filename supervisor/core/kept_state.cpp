#include "supervisor/core/kept_state.hpp"

#include "procfile/formation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <iterator>
#include <limits>

namespace core {

namespace json = boost::json;

namespace {

constexpr char const* format = "procd state 1";

json::value rule_json(std::optional<autoscale::rule> const& rule)
{
    if (!rule)
        return nullptr;
    json::object o{{"min", rule->min}, {"max", rule->max}};
    if (rule->percent)
        o["percent"] = *rule->percent;
    if (rule->concurrency)
        o["concurrency"] = *rule->concurrency;
    return o;
}

json::value routing_json(routing const& r)
{
    return json::object{{"paused", r.paused}, {"disabled", r.disabled}};
}

json::value type_json(kept_type const& t)
{
    json::array held;
    for (int const n : t.held)
        held.emplace_back(n);
    json::object o{
        {"wanted", t.wanted},
        {"release", t.release},
        {"held", std::move(held)},
        {"autoscale", rule_json(t.rule)},
        {"last_rescale", t.last_rescale ? json::value(iso_text_ms(*t.last_rescale)) : nullptr}};
    if (t.routing != routing{})
        o["routing"] = routing_json(t.routing);
    return o;
}

// Reads values one by one, and notes each that cannot be used.
class state_reader {
public:
    explicit state_reader(json::object const& root) : root_(root) {}
    read_state read();

private:
    // A number in a range. Nothing, and a note with the consequence, if it is none.
    std::optional<int> number(json::object const& in, std::string const& path, char const* key,
                              int least, int most, std::string const& consequence);
    void read_type(std::string const& name, json::value const& v);
    void read_held(json::object const& in, std::string const& path, kept_type& t);
    void read_rule(json::object const& in, std::string const& path, kept_type& t);
    void read_last_rescale(json::object const& in, std::string const& path, kept_type& t);
    void read_routing(json::object const& in, std::string const& path, kept_type& t);
    void read_formation();
    void note(std::string const& path, std::string const& consequence)
    {
        made_.notes.push_back(path + " cannot be used; " + consequence);
    }

    json::object const& root_;
    read_state made_;
};

std::optional<int> number_of(json::value const* v, int least, int most)
{
    if (v == nullptr || !v->is_number())
        return std::nullopt;
    boost::system::error_code error;
    auto const n = v->to_number<int>(error);
    return error || n < least || n > most ? std::nullopt : std::optional(n);
}

std::optional<int> state_reader::number(json::object const& in, std::string const& path,
                                        char const* key, int least, int most,
                                        std::string const& consequence)
{
    auto const n = number_of(in.if_contains(key), least, most);
    if (!n)
        note(path + key, consequence);
    return n;
}

void state_reader::read_held(json::object const& in, std::string const& path, kept_type& t)
{
    auto const* const held = in.if_contains("held");
    auto const* const list = held ? held->if_array() : nullptr;
    if (list == nullptr)
        return note(path + "held", "no process of it is held");
    for (auto const& each : *list) {
        if (auto const n = number_of(&each, 0, procfile::max_count))
            t.held.insert(*n);
        else
            note("a number in " + path + "held", "the others are held");
    }
}

// A rule as rule_json() writes it. An older procd wrote no concurrency, and always a percent.
std::optional<autoscale::rule> rule_of(json::object const& o)
{
    constexpr int most = std::numeric_limits<int>::max();
    auto const min = number_of(o.if_contains("min"), 1, procfile::max_count);
    auto const max = number_of(o.if_contains("max"), min.value_or(1), procfile::max_count);
    auto const percent = number_of(o.if_contains("percent"), 1, most);
    auto const concurrency = number_of(o.if_contains("concurrency"), 1, most);
    bool const damaged =
        (o.contains("percent") && !percent) || (o.contains("concurrency") && !concurrency);
    if (!min || !max || damaged || (!percent && !concurrency))
        return std::nullopt;
    return autoscale::rule{*min, *max, percent, concurrency};
}

void state_reader::read_rule(json::object const& in, std::string const& path, kept_type& t)
{
    auto const* const v = in.if_contains("autoscale");
    if (v != nullptr && v->is_null())
        return;
    if (auto const* const rule = v ? v->if_object() : nullptr)
        t.rule = rule_of(*rule);
    if (t.rule)
        return;
    t.lost.rule = true;
    note(path + "autoscale", "the rule of procd.toml counts, if there is one");
}

void state_reader::read_last_rescale(json::object const& in, std::string const& path, kept_type& t)
{
    auto const* const v = in.if_contains("last_rescale");
    if (v != nullptr && v->is_null())
        return;
    if (v != nullptr && v->is_string())
        t.last_rescale = parse_iso(std::string_view(v->get_string()));
    if (!t.last_rescale)
        note(path + "last_rescale", "the autoscaler may act at once");
}

// Absent where nothing was set, and in the states of procds that had no front port.
void state_reader::read_routing(json::object const& in, std::string const& path, kept_type& t)
{
    auto const* const v = in.if_contains("routing");
    if (v == nullptr)
        return;
    auto const* const set = v->if_object();
    auto const read = [&](char const* key, bool& to) {
        auto const* const flag = set ? set->if_contains(key) : nullptr;
        if (flag == nullptr || !flag->is_bool())
            return false;
        to = flag->get_bool();
        return true;
    };
    routing found;
    if (read("paused", found.paused) && read("disabled", found.disabled))
        t.routing = found;
    else
        note(path + "routing", "its requests are neither paused nor disabled");
}

void state_reader::read_type(std::string const& name, json::value const& v)
{
    auto const path = "types." + name + '.';
    auto const* const in = v.if_object();
    if (in == nullptr)
        return note("types." + name, "the type starts as if it were new");
    kept_type t;
    if (auto const wanted = number(*in, path, "wanted", 0, procfile::max_count,
                                   "the count of a first start is used"))
        t.wanted = *wanted;
    else
        t.lost.count = true;
    t.release = number(*in, path, "release", 1, std::numeric_limits<int>::max(),
                       "the release that runs is shown for it")
                    .value_or(0);
    read_held(*in, path, t);
    read_rule(*in, path, t);
    read_last_rescale(*in, path, t);
    read_routing(*in, path, t);
    made_.state.types[name] = std::move(t);
}

void state_reader::read_formation()
{
    auto const* const text = root_.if_contains("formation");
    if (text != nullptr && text->is_string())
        made_.state.formation = std::string(text->get_string());
    else if (text == nullptr || !text->is_null()) {
        made_.state.formation_lost = true;
        note("formation", "the kept counts are used, whatever -m says");
    }
}

read_state state_reader::read()
{
    constexpr int most = std::numeric_limits<int>::max() - 1; // there is a next one
    auto& s = made_.state;
    s.newest =
        number(root_, "", "newest", 1, most, "the highest release on the disk counts").value_or(0);
    s.release = number(root_, "", "release", 1, s.newest > 0 ? s.newest : most,
                       "the last release on the disk that has not failed is used")
                    .value_or(0);
    s.read = number(root_, "", "read", 1, s.newest > 0 ? s.newest : most,
                    "the files count as read for the release that runs")
                 .value_or(0);
    read_formation();
    auto const* const types = root_.if_contains("types");
    if (auto const* const all = types ? types->if_object() : nullptr)
        for (auto const& [name, type] : *all)
            read_type(std::string(name), type);
    else
        note("types", "every type starts as if it were new");
    return std::move(made_);
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

boost::system::result<read_state, std::string> kept_state_from_json(json::value const& v)
{
    using result = boost::system::result<read_state, std::string>;
    auto const* const root = v.if_object();
    auto const* const said = root ? root->if_contains("format") : nullptr;
    if (said == nullptr || !said->is_string() || said->get_string() != format)
        return result(boost::system::in_place_error, "not a state of this version of procd");
    return state_reader(*root).read();
}

void repair_numbers(kept_state& s, std::set<int> const& usable, int highest)
{
    if (s.newest == 0)
        s.newest = std::max({highest, s.release, s.read, 1});
    if (s.release == 0) {
        auto const above = usable.upper_bound(s.newest);
        s.release = above == usable.begin() ? s.newest : *std::prev(above);
    }
    if (s.read == 0)
        s.read = s.release;
    for (auto& [name, type] : s.types)
        if (type.release == 0)
            type.release = s.release;
}

} // namespace core
