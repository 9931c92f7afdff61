#include "supervisor/core/api_routing.hpp"

#include "supervisor/core/api_fields.hpp"

namespace core::api {

namespace json = boost::json;

using writing::or_null;
using writing::strings;

json::value to_json(routing_view const& v)
{
    return json::object{{"type", v.type},
                        {"listen", strings(v.listen)},
                        {"share", v.share},
                        {"state", v.state},
                        {"paused", v.paused},
                        {"disabled", v.disabled},
                        {"ready", v.ready},
                        {"wanted", v.wanted},
                        {"in_flight", or_null(v.in_flight)},
                        {"queued", or_null(v.queued)},
                        {"requests_per_second", or_null(v.requests_per_second)},
                        {"p50_ms", or_null(v.p50_ms)},
                        {"p95_ms", or_null(v.p95_ms)},
                        {"problems", strings(v.problems)}};
}

json::value to_json(router_view const& v)
{
    return json::object{{"state", v.state},
                        {"pid", or_null(v.pid)},
                        {"addresses", strings(v.addresses)},
                        {"problems", strings(v.problems)}};
}

namespace reading {

void read(fields const& f, routing_view& v)
{
    f.need("type", v.type);
    read_strings(f, "listen", v.listen);
    f.need("share", v.share);
    f.need("state", v.state);
    f.need("paused", v.paused);
    f.need("disabled", v.disabled);
    f.need("ready", v.ready);
    f.need("wanted", v.wanted);
    f.may("in_flight", v.in_flight);
    f.may("queued", v.queued);
    f.may("requests_per_second", v.requests_per_second);
    f.may("p50_ms", v.p50_ms);
    f.may("p95_ms", v.p95_ms);
    read_strings(f, "problems", v.problems);
}

void read(fields const& f, router_view& v)
{
    f.need("state", v.state);
    f.may("pid", v.pid);
    read_strings(f, "addresses", v.addresses);
    read_strings(f, "problems", v.problems);
}

} // namespace reading

} // namespace core::api
