#include "supervisor/front/messages.hpp"

#include <boost/describe.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <set>

namespace procd::front {

BOOST_DESCRIBE_STRUCT(listener, (), (id, port, unix_socket))
BOOST_DESCRIBE_STRUCT(fronted_type, (),
                      (name, http, listeners, hosts, gets_the_rest, concurrency, queue,
                       queue_timeout_ms, hold_ms, wanted, over, paused, maintenance, loopback_page))
BOOST_DESCRIBE_STRUCT(target, (), (id, name, type, port, in_rotation))
BOOST_DESCRIBE_STRUCT(settings, (),
                      (trusted, access_log, access_lines_per_second, header_timeout_ms,
                       idle_timeout_ms, response_timeout_ms, max_body, unavailable_page))
BOOST_DESCRIBE_STRUCT(picture, (), (number, with, listeners, types, targets))
BOOST_DESCRIBE_STRUCT(ask_figures, (), (number))
BOOST_DESCRIBE_STRUCT(idle_targets, (), (picture, ids))
BOOST_DESCRIBE_STRUCT(type_figures, (),
                      (type, in_flight, queued, requests, failed, load_ms, time_ms,
                       requests_per_second, p50_ms, p95_ms))
BOOST_DESCRIBE_STRUCT(figures, (), (number, types))

namespace {

namespace json = boost::json;

template <class Message>
std::string written(char const* kind, Message const& m)
{
    return json::serialize(json::object{{kind, json::value_from(m)}});
}

// The one member of the message, if it has this name.
json::value const* member(json::value const& message, char const* kind)
{
    auto const* const object = message.if_object();
    return object != nullptr && object->size() == 1 ? object->if_contains(kind) : nullptr;
}

std::size_t members_of(json::value const& value)
{
    std::size_t count = 0;
    if (auto const* const object = value.if_object())
        for (auto const& [key, each] : *object)
            count += 1 + members_of(each);
    if (auto const* const array = value.if_array())
        for (auto const& each : *array)
            count += members_of(each);
    return count;
}

// The same of a text that is JSON: the colons outside of its strings.
std::size_t members_of(std::string_view text)
{
    std::size_t count = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"')
            in_string = !in_string;
        else if (in_string && text[at] == '\\')
            ++at;
        else if (!in_string && text[at] == ':')
            ++count;
    }
    return count;
}

std::optional<json::value> parsed(std::string_view text)
{
    if (text.size() > longest_message)
        return std::nullopt;
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = 8;
    auto value = json::parse(json::string_view(text.data(), text.size()), failed, {}, options);
    if (failed || members_of(value) != members_of(text))
        return std::nullopt; // an object has a member twice
    return value;
}

// `value_to` throws for any value of another shape.
template <class Message>
std::optional<Message> read(json::value const& from)
{
    try {
        return json::value_to<Message>(from);
    } catch (std::exception const&) {
        return std::nullopt;
    }
}

template <class Range, class Key>
bool all_different(Range const& all, Key key)
{
    std::set<std::decay_t<decltype(key(*all.begin()))>> seen;
    return std::all_of(all.begin(), all.end(),
                       [&](auto const& each) { return seen.insert(key(each)).second; });
}

// Tells whether the router can add the time to a point in time.
bool is_time(std::int64_t ms)
{
    return ms >= 0 && ms <= longest_time_ms;
}

bool is_sound(settings const& s)
{
    return s.access_lines_per_second >= 0 && is_time(s.header_timeout_ms) &&
           is_time(s.idle_timeout_ms) && is_time(s.response_timeout_ms);
}

bool is_sound(fronted_type const& t)
{
    return t.concurrency >= 0 && t.queue >= 0 && is_time(t.queue_timeout_ms) && is_time(t.hold_ms);
}

bool is_port(int number)
{
    return number > 0 && number <= 65'535;
}

bool is_sound(picture const& p)
{
    return is_sound(p.with) &&
           std::all_of(p.types.begin(), p.types.end(),
                       [](fronted_type const& t) { return is_sound(t); }) &&
           std::all_of(
               p.listeners.begin(), p.listeners.end(),
               [](listener const& l) { return is_port(l.port) || (l.unix_socket && !l.port); }) &&
           all_different(p.listeners, [](listener const& l) { return l.id; }) &&
           all_different(p.types, [](fronted_type const& t) { return t.name; }) &&
           all_different(p.targets, [](target const& t) { return t.id; }) &&
           std::all_of(p.targets.begin(), p.targets.end(),
                       [](target const& t) { return is_port(t.port); });
}

bool is_figure(double number)
{
    return std::isfinite(number) && number >= 0;
}

bool is_sound(figures const& f)
{
    return all_different(f.types, [](type_figures const& t) { return t.type; }) &&
           std::all_of(f.types.begin(), f.types.end(), [](type_figures const& t) {
               return t.in_flight >= 0 && t.queued >= 0 && is_figure(t.load_ms) &&
                      is_figure(t.time_ms) && is_figure(t.requests_per_second) &&
                      is_figure(t.p50_ms) && is_figure(t.p95_ms);
           });
}

} // namespace

std::string text_of(order const& o)
{
    if (auto const* p = std::get_if<picture>(&o))
        return written("picture", *p);
    return written("ask_figures", std::get<ask_figures>(o));
}

std::string text_of(report const& r)
{
    if (auto const* idle = std::get_if<idle_targets>(&r))
        return written("idle_targets", *idle);
    return written("figures", std::get<figures>(r));
}

std::optional<order> read_order(std::string_view text)
{
    auto const message = parsed(text);
    if (!message)
        return std::nullopt;
    if (auto const* p = member(*message, "picture")) {
        auto found = read<picture>(*p);
        return found && is_sound(*found) ? std::optional<order>(std::move(*found)) : std::nullopt;
    }
    if (auto const* ask = member(*message, "ask_figures"))
        if (auto const found = read<ask_figures>(*ask))
            return *found;
    return std::nullopt;
}

std::optional<report> read_report(std::string_view text)
{
    auto const message = parsed(text);
    if (!message)
        return std::nullopt;
    if (auto const* idle = member(*message, "idle_targets"))
        if (auto found = read<idle_targets>(*idle))
            return std::move(*found);
    if (auto const* f = member(*message, "figures"))
        if (auto found = read<figures>(*f); found && is_sound(*found))
            return std::move(*found);
    return std::nullopt;
}

} // namespace procd::front
