// Reads the JSON of the API back into values. procctl does this with every answer.
#include "supervisor/core/api.hpp"
#include "supervisor/core/api_bytes.hpp"
#include "supervisor/core/api_fields.hpp"

namespace core::api {

namespace json = boost::json;

// In a namespace with a name, so that read_objects() finds all of them.
namespace reading {

void read(fields const& f, process_view& p)
{
    f.need("name", p.name);
    f.need("type", p.type);
    f.need("instance", p.instance);
    f.need("state", p.state);
    f.need("ready", p.ready);
    f.need("release", p.release);
    f.need("incarnation", p.incarnation);
    f.need("restarts", p.restarts);
    f.may("started_at", p.started_at);
    f.may("pid", p.pid);
    f.may("port", p.port);
    f.may("cpu_millicores", p.cpu_millicores);
    f.may("memory_bytes", p.memory_bytes);
}

std::string child_text(json::value const& v)
{
    if (auto const* text = v.if_string())
        return std::string(*text);
    auto const* o = v.if_object();
    auto const* coded = o ? o->if_contains("line_base64") : nullptr;
    auto bytes = coded && coded->is_string() ? from_base64(coded->get_string()) : std::nullopt;
    if (!bytes)
        throw bad_field{"line_base64"};
    return *bytes;
}

void read(fields const& f, last_exit& e)
{
    f.need("description", e.description);
    f.may("code", e.code);
    f.may("signal", e.signal);
    f.need("oom", e.oom);
    f.need("at", e.at);
    f.need("uptime_ms", e.uptime_ms);
    f.list("last_lines", [&](json::value const& v) { e.last_lines.push_back(child_text(v)); });
}

void read(fields const& f, limits_view& l)
{
    f.need("type", l.type);
    f.need("cpu_request", l.request);
    f.may("cpu_limit", l.cpu);
    f.may("memory", l.memory);
    f.may("open_files", l.open_files);
    f.need("enforced", l.enforced);
    f.may("reason", l.reason);
}

void read(fields const& f, probe_view& p)
{
    f.need("type", p.type);
    f.need("kind", p.kind);
    f.need("probe", p.probe);
}

void read_settings(fields const& f, limits_view& limits, std::vector<probe_view>& probes)
{
    auto const* object = f.object("limits");
    if (!object)
        throw bad_field{"limits"};
    read(fields(*object), limits);
    read_objects(f, "probes", probes);
}

void read(fields const& f, event& e)
{
    f.need("seq", e.seq);
    f.need("time", e.time);
    f.need("kind", e.kind);
    f.need("process", e.process);
    f.need("message", e.message);
    f.need("data", e.data);
}

void read(fields const& f, process_detail& d)
{
    read(f, d.process);
    f.need("command", d.command);
    read_strings(f, "args", d.args);
    f.need("cwd", d.cwd);
    f.may("user", d.user);
    f.may("cgroup", d.cgroup);
    f.may("listening", d.listening);
    f.may("next_attempt", d.next_attempt);
    f.need("stop_timeout_ms", d.stop_timeout_ms);
    f.need("stop_signal", d.stop_signal);
    f.need("restart", d.restart);
    f.need("max_restarts", d.max_restarts);
    if (f.has("waits_for"))
        read_strings(f, "waits_for", d.waits_for);
    if (f.has("events"))
        read_objects(f, "events", d.events);
    f.may("not_ready", d.not_ready);
    read_settings(f, d.limits, d.probes);
    if (auto const* last = f.object("last_exit"))
        read(fields(*last), d.last.emplace());
    if (auto const* routing = f.object("routing"))
        read(fields(*routing), d.routing.emplace());
}

void read(fields const& f, type_view& t)
{
    f.need("name", t.name);
    f.need("release", t.release);
    f.need("command", t.command);
    f.need("wanted", t.wanted);
    f.need("ready", t.ready);
    f.need("up_to_date", t.up_to_date);
    f.need("available", t.available);
    f.may("started_at", t.started_at);
    f.need("position", t.position);
}

void read(fields const& f, status_view& s)
{
    f.need("version", s.version);
    f.need("pid", s.pid);
    f.need("app", s.app);
    f.need("root", s.root);
    f.need("socket", s.socket);
    f.need("release", s.release);
    f.need("state", s.state);
    f.need("verb", s.verb);
    f.need("started_at", s.started_at);
    f.need("containment", s.containment);
    f.may("containment_reason", s.containment_reason);
    if (f.has("off"))
        read_strings(f, "off", s.off);
    f.may("not_kept", s.not_kept);
    f.may("files_problem", s.files_problem);
    if (auto const* router = f.object("router"))
        read(fields(*router), s.router.emplace());
    auto const* o = f.object("totals");
    if (!o)
        throw bad_field{"totals"};
    fields const t(*o);
    t.need("types", s.total.types);
    t.need("wanted", s.total.wanted);
    t.need("running", s.total.running);
    t.need("ready", s.total.ready);
    t.need("restarts", s.total.restarts);
    t.need("log_lines", s.total.log_lines);
    t.need("log_dropped", s.total.log_dropped);
}

void read(fields const& f, type_detail& d)
{
    read(f, d.type);
    read_strings(f, "args", d.args);
    read_settings(f, d.limits, d.probes);
    if (auto const* rule = f.object("autoscale"))
        read(fields(*rule), d.autoscale.emplace());
    if (auto const* routing = f.object("routing"))
        read(fields(*routing), d.routing.emplace());
    read_strings(f, "variables", d.variables);
}

void read(fields const& f, progress& p)
{
    f.need("done", p.done);
    f.need("ok", p.ok);
    f.need("message", p.message);
    read_objects(f, "processes", p.processes);
    if (f.has("lines"))
        f.list("lines", [&](json::value const& v) { p.lines.push_back(child_text(v)); });
    if (f.has("changes"))
        read_objects(f, "changes", p.changes);
    if (f.has("warnings"))
        read_strings(f, "warnings", p.warnings);
    f.may("not_kept", p.not_kept);
}

void read(fields const& f, problem& p)
{
    f.need("status", p.status);
    f.need("title", p.title);
    f.need("detail", p.detail);
    if (f.has("lines"))
        read_strings(f, "lines", p.lines);
}

void read(fields const& f, log_record& r)
{
    std::optional<std::uint64_t> seq;
    f.may("seq", seq);
    r.seq = seq.value_or(0);
    f.need("time", r.time);
    f.need("process", r.process);
    f.need("partial", r.partial);
    std::optional<std::string> text, coded, by;
    f.may("author", by);
    r.by = author_of(by.value_or(""));
    f.may("line", text);
    f.may("line_base64", coded);
    if (!text && coded)
        text = from_base64(*coded);
    if (!text)
        throw bad_field{coded ? "line_base64" : "line"};
    r.bytes = std::move(*text);
}

} // namespace reading

template <class T>
boost::system::result<T, std::string> from_json(json::value const& v)
{
    using result = boost::system::result<T, std::string>;
    auto const* object = v.if_object();
    if (!object)
        return result(boost::system::in_place_error, "an object was expected");
    try {
        T view;
        read(reading::fields(*object), view);
        return view;
    } catch (reading::bad_field const& bad) {
        return result(boost::system::in_place_error,
                      "field '" + bad.name + "' is missing or not what was expected");
    }
}

template boost::system::result<process_view, std::string> from_json(json::value const&);
template boost::system::result<process_detail, std::string> from_json(json::value const&);
template boost::system::result<type_view, std::string> from_json(json::value const&);
template boost::system::result<status_view, std::string> from_json(json::value const&);
template boost::system::result<event, std::string> from_json(json::value const&);
template boost::system::result<release_view, std::string> from_json(json::value const&);
template boost::system::result<release_detail, std::string> from_json(json::value const&);
template boost::system::result<release_plan, std::string> from_json(json::value const&);
template boost::system::result<limits_view, std::string> from_json(json::value const&);
template boost::system::result<probe_view, std::string> from_json(json::value const&);
template boost::system::result<type_detail, std::string> from_json(json::value const&);
template boost::system::result<autoscale_view, std::string> from_json(json::value const&);
template boost::system::result<decision_view, std::string> from_json(json::value const&);
template boost::system::result<routing_view, std::string> from_json(json::value const&);
template boost::system::result<progress, std::string> from_json(json::value const&);
template boost::system::result<problem, std::string> from_json(json::value const&);
template boost::system::result<log_record, std::string> from_json(json::value const&);

} // namespace core::api
