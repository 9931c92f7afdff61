// The JSON form of a release on the disk. Bytes that are not UTF-8 are kept as base64.
#include "supervisor/core/api_bytes.hpp"
#include "supervisor/core/log_format.hpp"
#include "supervisor/core/release.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include <stdexcept>

namespace core {

namespace json = boost::json;
using api::from_base64;
using api::is_utf8;
using api::to_base64;
using procfile::probe_action;
using procfile::probe_kind;
using procfile::probe_settings;
using procfile::type_change;
using text = procfile::app_files::text;

namespace {

json::value bytes_json(std::string const& bytes)
{
    if (is_utf8(bytes))
        return json::value(bytes);
    return json::object{{"base64", to_base64(bytes)}};
}

std::string bytes_from(json::value const& v)
{
    if (auto const* s = v.if_string())
        return std::string(*s);
    auto bytes = from_base64(std::string(v.as_object().at("base64").as_string()));
    if (!bytes)
        throw std::runtime_error("not base64");
    return *bytes;
}

json::value text_json(std::optional<text> const& t)
{
    if (!t)
        return nullptr;
    return json::object{{"name", bytes_json(t->name)}, {"content", bytes_json(t->content)}};
}

text text_from(json::value const& v)
{
    return {bytes_from(v.at("name")), bytes_from(v.at("content"))};
}

std::optional<text> maybe_text_from(json::value const& v)
{
    return v.is_null() ? std::nullopt : std::optional(text_from(v));
}

std::string_view action_name(probe_action action)
{
    switch (action) {
    case probe_action::http:
        return "http";
    case probe_action::tcp:
        return "tcp";
    case probe_action::exec:
        return "exec";
    }
    return "?";
}

probe_action action_from(std::string_view name)
{
    for (auto const action : {probe_action::http, probe_action::tcp, probe_action::exec})
        if (action_name(action) == name)
            return action;
    throw std::runtime_error("no action of a probe");
}

probe_kind kind_from(std::string_view name)
{
    for (auto const kind : {probe_kind::readiness, probe_kind::liveness, probe_kind::startup})
        if (procfile::to_string(kind) == name)
            return kind;
    throw std::runtime_error("no kind of a probe");
}

json::value probe_json(std::optional<probe_settings> const& p)
{
    if (!p)
        return nullptr;
    json::array command, headers;
    for (auto const& word : p->command)
        command.push_back(bytes_json(word));
    for (auto const& [name, value] : p->headers)
        headers.push_back(json::array{name, bytes_json(value)});
    return json::object{{"action", action_name(p->action)},
                        {"path", bytes_json(p->path)},
                        {"command", std::move(command)},
                        {"headers", std::move(headers)},
                        {"host", p->host},
                        {"port", p->port ? json::value(*p->port) : json::value(nullptr)},
                        {"initial_delay_ms", p->initial_delay.count()},
                        {"period_ms", p->period.count()},
                        {"timeout_ms", p->timeout.count()},
                        {"success", p->success},
                        {"failure", p->failure}};
}

procfile::milliseconds span_from(json::value const& v)
{
    return procfile::milliseconds(v.to_number<std::int64_t>());
}

std::optional<probe_settings> probe_from(json::value const& v)
{
    if (v.is_null())
        return std::nullopt;
    probe_settings p;
    p.action = action_from(std::string_view(v.at("action").as_string()));
    p.path = bytes_from(v.at("path"));
    for (auto const& word : v.at("command").as_array())
        p.command.push_back(bytes_from(word));
    for (auto const& header : v.at("headers").as_array())
        p.headers.emplace_back(bytes_from(header.as_array().at(0)),
                               bytes_from(header.as_array().at(1)));
    if (auto const* host = v.as_object().if_contains("host")) // absent in old releases
        p.host = std::string(host->as_string());
    if (!v.at("port").is_null())
        p.port = v.at("port").to_number<int>();
    p.initial_delay = span_from(v.at("initial_delay_ms"));
    p.period = span_from(v.at("period_ms"));
    p.timeout = span_from(v.at("timeout_ms"));
    p.success = v.at("success").to_number<int>();
    p.failure = v.at("failure").to_number<int>();
    return p;
}

template <class T>
json::value number_or_null(std::optional<T> const& n)
{
    return n ? json::value(*n) : json::value(nullptr);
}

template <class T>
std::optional<T> maybe_number(json::value const& v)
{
    return v.is_null() ? std::nullopt : std::optional(v.to_number<T>());
}

json::value override_json(type_override const& o)
{
    json::object made;
    if (o.limits)
        made["limits"] = json::object{{"request", number_or_null(o.limits->request)},
                                      {"cpu", number_or_null(o.limits->cpu)},
                                      {"memory", number_or_null(o.limits->memory)}};
    json::object probes;
    for (auto const& [kind, probe] : o.probes)
        probes[procfile::to_string(kind)] = probe_json(probe);
    made["probes"] = std::move(probes);
    return made;
}

type_override override_from(json::value const& v)
{
    type_override o;
    if (auto const* limits = v.as_object().if_contains("limits"))
        o.limits = limits_override{maybe_number<double>(limits->at("request")),
                                   maybe_number<double>(limits->at("cpu")),
                                   maybe_number<std::uint64_t>(limits->at("memory"))};
    for (auto const& [kind, probe] : v.at("probes").as_object())
        o.probes[kind_from(kind)] = probe_from(probe);
    return o;
}

std::string_view kind_name(type_change::kind kind)
{
    switch (kind) {
    case type_change::kind::added:
        return "added";
    case type_change::kind::removed:
        return "removed";
    case type_change::kind::changed:
        break;
    }
    return "changed";
}

type_change change_from(json::value const& v)
{
    type_change c;
    auto const what = std::string_view(v.at("what").as_string());
    c.action = what == "added"     ? type_change::kind::added
               : what == "removed" ? type_change::kind::removed
                                   : type_change::kind::changed;
    c.type = std::string(v.at("type").as_string());
    c.fields = json::value_to<std::vector<std::string>>(v.at("fields"));
    return c;
}

release read_release(json::value const& v)
{
    release r;
    r.number = v.at("number").to_number<int>();
    auto const created = parse_iso(std::string_view(v.at("created").as_string()));
    if (!created || r.number < 1)
        throw std::runtime_error("no release");
    r.created = *created;
    r.reason = std::string(v.at("reason").as_string());
    r.root = bytes_from(v.at("root"));
    r.failed = v.at("failed").as_bool();
    auto const& files = v.at("files");
    r.files.procfile = maybe_text_from(files.at("procfile"));
    r.files.dockerfile = maybe_text_from(files.at("dockerfile"));
    r.files.package_json = maybe_text_from(files.at("package_json"));
    r.files.config = maybe_text_from(files.at("config"));
    for (auto const& file : files.at("env_files").as_array())
        r.files.env_files.push_back(text_from(file));
    for (auto const& [type, set] : v.at("set").as_object())
        r.set[std::string(type)] = override_from(set);
    for (auto const& change : v.at("changes").as_array())
        r.changes.push_back(change_from(change));
    return r;
}

} // namespace

json::value to_json(release const& r)
{
    json::array env_files, changes;
    for (auto const& file : r.files.env_files)
        env_files.push_back(text_json(file));
    for (auto const& c : r.changes) {
        json::array fields;
        for (auto const& field : c.fields)
            fields.emplace_back(field);
        changes.push_back(json::object{
            {"what", kind_name(c.action)}, {"type", c.type}, {"fields", std::move(fields)}});
    }
    json::object set;
    for (auto const& [type, o] : r.set)
        set[type] = override_json(o);
    return json::object{{"number", r.number},
                        {"created", iso_text(r.created)},
                        {"reason", r.reason},
                        {"root", bytes_json(r.root)},
                        {"failed", r.failed},
                        {"files", json::object{{"procfile", text_json(r.files.procfile)},
                                               {"dockerfile", text_json(r.files.dockerfile)},
                                               {"package_json", text_json(r.files.package_json)},
                                               {"config", text_json(r.files.config)},
                                               {"env_files", std::move(env_files)}}},
                        {"set", std::move(set)},
                        {"changes", std::move(changes)}};
}

boost::system::result<release, std::string> release_from_json(json::value const& v)
{
    using result = boost::system::result<release, std::string>;
    try {
        return read_release(v);
    } catch (std::exception const& e) {
        return result(boost::system::in_place_error, e.what());
    }
}

} // namespace core
