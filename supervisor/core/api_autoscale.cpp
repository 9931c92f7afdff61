#include "supervisor/core/api_autoscale.hpp"

#include "supervisor/core/api_fields.hpp"

namespace core::api {

namespace json = boost::json;

using writing::or_null;

json::value to_json(autoscale_view const& a)
{
    return json::object{{"type", a.type},
                        {"min", a.min},
                        {"max", a.max},
                        {"cpu_percent", or_null(a.cpu_percent)},
                        {"concurrency", or_null(a.concurrency)}};
}

json::value to_json(decision_view const& d)
{
    return json::object{{"time", iso_text_ms(d.time)},
                        {"condition", d.condition},
                        {"reason", d.reason},
                        {"from", d.from},
                        {"to", d.to},
                        {"min", d.min},
                        {"max", d.max},
                        {"target_percent", or_null(d.target_percent)},
                        {"target_concurrency", or_null(d.target_concurrency)},
                        {"ready", d.ready},
                        {"unready", d.unready},
                        {"missing", d.missing},
                        {"usage_millicores", d.usage_millicores},
                        {"request_millicores", d.request_millicores},
                        {"utilization", or_null(d.utilization)},
                        {"rebalanced", or_null(d.rebalanced)},
                        {"requests", or_null(d.requests)},
                        {"cpu_count", or_null(d.cpu_count)},
                        {"concurrency_count", or_null(d.concurrency_count)},
                        {"decided_by", or_null(d.decided_by)},
                        {"raw", or_null(d.raw)},
                        {"proposed", or_null(d.proposed)}};
}

namespace reading {

void read(fields const& f, autoscale_view& a)
{
    f.need("type", a.type);
    f.need("min", a.min);
    f.need("max", a.max);
    f.may("cpu_percent", a.cpu_percent);
    f.may("concurrency", a.concurrency);
}

void read(fields const& f, decision_view& d)
{
    f.need("time", d.time);
    f.need("condition", d.condition);
    f.need("reason", d.reason);
    f.need("from", d.from);
    f.need("to", d.to);
    f.need("min", d.min);
    f.need("max", d.max);
    f.may("target_percent", d.target_percent);
    f.may("target_concurrency", d.target_concurrency);
    f.need("ready", d.ready);
    f.need("unready", d.unready);
    f.need("missing", d.missing);
    f.need("usage_millicores", d.usage_millicores);
    f.need("request_millicores", d.request_millicores);
    f.may("utilization", d.utilization);
    f.may("rebalanced", d.rebalanced);
    f.may("requests", d.requests);
    f.may("cpu_count", d.cpu_count);
    f.may("concurrency_count", d.concurrency_count);
    f.may("decided_by", d.decided_by);
    f.may("raw", d.raw);
    f.may("proposed", d.proposed);
}

} // namespace reading

} // namespace core::api
