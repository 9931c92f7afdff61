#include "supervisor/core/autoscale_rule.hpp"

#include "procfile/formation.hpp"
#include "procfile/front_ports.hpp"

namespace core::autoscale {

std::optional<rule> rule_of(procfile::type_settings const& s)
{
    if (!s.autoscale)
        return std::nullopt;
    return rule{s.autoscale->min, s.autoscale->max, s.autoscale->cpu_percent,
                s.autoscale->concurrency};
}

std::string target_text(rule const& r)
{
    std::string text;
    if (r.percent)
        text = std::to_string(*r.percent) + " % CPU";
    if (r.concurrency)
        text += (text.empty() ? "" : " and ") + std::to_string(*r.concurrency) +
                (*r.concurrency == 1 ? " request" : " requests") + " per process";
    return text;
}

std::string problem_of(rule const& r, procfile::type_spec const& type)
{
    if (r.min < 1)
        return "min must be 1 or more";
    if (r.max < r.min)
        return "max must not be smaller than min";
    if (r.max > procfile::max_count)
        return "max must not be more than " + std::to_string(procfile::max_count);
    if (r.percent.value_or(1) < 1)
        return "cpu-percent must be 1 or more";
    if (r.concurrency.value_or(1) < 1)
        return "concurrency must be 1 or more";
    if (!r.percent && !r.concurrency)
        return "give cpu-percent, concurrency, or both";
    auto const why = r.concurrency ? procfile::uncounted(type) : "";
    return why.empty() ? ""
                       : "concurrency: " + why +
                             " in procd.toml, or give cpu-percent in place of concurrency";
}

} // namespace core::autoscale
