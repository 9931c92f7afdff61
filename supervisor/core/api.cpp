#include "supervisor/core/api.hpp"

#include "supervisor/core/api_bytes.hpp"
#include "supervisor/core/api_fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <stdexcept>

namespace core::api {

namespace json = boost::json;

void throw_exception_from_error(problem const& p, boost::source_location const&)
{
    throw std::runtime_error(p.detail);
}

using writing::or_null;
using writing::plain;
using writing::strings;
using writing::text;

namespace {

// Adds a field, unless the value is absent.
template <class T>
void add(json::object& to, std::string_view name, std::optional<T> const& value)
{
    if (value)
        to[name] = plain(*value);
}

// Lines of a child's output, which may hold any bytes.
json::array text_lines(std::vector<std::string> const& lines)
{
    json::array array;
    for (auto const& line : lines) {
        if (is_utf8(line))
            array.emplace_back(line);
        else
            array.emplace_back(json::object{{"line_base64", to_base64(line)}});
    }
    return array;
}

json::object exit_json(last_exit const& e)
{
    json::object o{{"description", text(e.description)},
                   {"oom", e.oom},
                   {"at", iso_text(e.at)},
                   {"uptime_ms", e.uptime_ms},
                   {"last_lines", text_lines(e.last_lines)}};
    add(o, "code", e.code);
    add(o, "signal", e.signal);
    return o;
}

json::object totals_json(totals const& t)
{
    return {{"types", t.types},
            {"wanted", t.wanted},
            {"running", t.running},
            {"ready", t.ready},
            {"restarts", t.restarts},
            {"log_lines", t.log_lines},
            {"log_dropped", t.log_dropped}};
}

} // namespace

json::value to_json(process_view const& p)
{
    return json::object{{"name", p.name},
                        {"type", p.type},
                        {"instance", p.instance},
                        {"state", p.state},
                        {"ready", p.ready},
                        {"release", p.release},
                        {"incarnation", p.incarnation},
                        {"restarts", p.restarts},
                        {"started_at", or_null(p.started_at)},
                        {"pid", or_null(p.pid)},
                        {"port", or_null(p.port)},
                        {"cpu_millicores", or_null(p.cpu_millicores)},
                        {"memory_bytes", or_null(p.memory_bytes)}};
}

json::value to_json(limits_view const& l)
{
    json::object o{{"type", l.type},
                   {"cpu_request", l.request},
                   {"cpu_limit", or_null(l.cpu)},
                   {"memory", or_null(l.memory)},
                   {"open_files", or_null(l.open_files)},
                   {"enforced", l.enforced}};
    add(o, "reason", l.reason);
    return o;
}

json::value to_json(probe_view const& p)
{
    return json::object{{"type", p.type}, {"kind", p.kind}, {"probe", text(p.probe)}};
}

static json::array probes_json(std::vector<probe_view> const& probes)
{
    json::array array;
    for (auto const& p : probes)
        array.push_back(to_json(p));
    return array;
}

json::value to_json(event const& e)
{
    return json::object{{"seq", e.seq},         {"time", iso_text_ms(e.time)}, {"kind", e.kind},
                        {"process", e.process}, {"message", text(e.message)},  {"data", e.data}};
}

json::value to_json(process_detail const& d)
{
    json::object o = std::move(to_json(d.process).as_object());
    o["command"] = text(d.command);
    o["args"] = strings(d.args);
    o["cwd"] = text(d.cwd);
    o["stop_timeout_ms"] = d.stop_timeout_ms;
    o["stop_signal"] = d.stop_signal;
    o["restart"] = d.restart;
    o["max_restarts"] = d.max_restarts;
    o["limits"] = to_json(d.limits);
    o["probes"] = probes_json(d.probes);
    if (!d.waits_for.empty())
        o["waits_for"] = strings(d.waits_for);
    json::array events;
    for (auto const& e : d.events)
        events.push_back(to_json(e));
    o["events"] = std::move(events);
    add(o, "not_ready", d.not_ready);
    add(o, "user", d.user);
    add(o, "cgroup", d.cgroup);
    add(o, "listening", d.listening);
    if (d.routing)
        o["routing"] = to_json(*d.routing);
    add(o, "next_attempt", d.next_attempt);
    if (d.last)
        o["last_exit"] = exit_json(*d.last);
    return o;
}

json::value to_json(type_view const& t)
{
    return json::object{{"name", t.name},
                        {"release", t.release},
                        {"command", text(t.command)},
                        {"wanted", t.wanted},
                        {"ready", t.ready},
                        {"up_to_date", t.up_to_date},
                        {"available", t.available},
                        {"started_at", or_null(t.started_at)},
                        {"position", t.position}};
}

json::value to_json(status_view const& s)
{
    json::object o{{"version", s.version},
                   {"pid", s.pid},
                   {"app", text(s.app)},
                   {"root", text(s.root)},
                   {"socket", text(s.socket)},
                   {"release", s.release},
                   {"state", s.state},
                   {"verb", s.verb},
                   {"started_at", iso_text(s.started_at)},
                   {"containment", s.containment}};
    add(o, "containment_reason", s.containment_reason);
    add(o, "not_kept", s.not_kept);
    add(o, "files_problem", s.files_problem);
    o["off"] = strings(s.off);
    if (s.router)
        o["router"] = to_json(*s.router);
    o["totals"] = totals_json(s.total);
    return o;
}

json::value to_json(type_detail const& d)
{
    json::object o = std::move(to_json(d.type).as_object());
    o["args"] = strings(d.args);
    o["limits"] = to_json(d.limits);
    o["probes"] = probes_json(d.probes);
    o["autoscale"] = d.autoscale ? to_json(*d.autoscale) : json::value(nullptr);
    o["routing"] = d.routing ? to_json(*d.routing) : json::value(nullptr);
    o["variables"] = strings(d.variables);
    return o;
}

json::value to_json(progress const& p)
{
    json::array processes;
    processes.reserve(p.processes.size());
    for (auto const& process : p.processes)
        processes.push_back(to_json(process));
    json::object o{{"done", p.done},
                   {"ok", p.ok},
                   {"message", text(p.message)},
                   {"processes", std::move(processes)}};
    if (!p.lines.empty())
        o["lines"] = text_lines(p.lines);
    if (!p.changes.empty())
        o["changes"] = to_json(p.changes);
    if (!p.warnings.empty())
        o["warnings"] = strings(p.warnings);
    add(o, "not_kept", p.not_kept);
    return o;
}

json::value to_json(problem const& p)
{
    json::object o{{"type", "about:blank"},
                   {"title", p.title},
                   {"status", p.status},
                   {"detail", text(p.detail)}};
    if (!p.lines.empty())
        o["lines"] = strings(p.lines);
    return o;
}

json::value to_json(log_record const& r)
{
    json::object o{{"seq", r.seq}, {"time", iso_text_ms(r.time)}, {"process", r.process}};
    if (is_utf8(r.bytes))
        o["line"] = r.bytes;
    else
        o["line_base64"] = to_base64(r.bytes);
    o["partial"] = r.partial;
    o["author"] = nullptr;
    if (r.by != author::unknown)
        o["author"] = author_text(r.by);
    return o;
}

} // namespace core::api
