// The views of the front port.
#include "supervisor/core/duration.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/view_text.hpp"
#include "supervisor/ctl/views.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace ctl {

using core::api::routing_view;

namespace {

// "0.3", "12.5", "1200.0"
std::string rate_text(std::optional<double> const& rate)
{
    if (!rate)
        return absent;
    char text[64];
    std::snprintf(text, sizeof text, "%.1f", *rate);
    return text;
}

// Milliseconds below a second: "0ms", "12ms"; "1.2s".
std::string latency_text(std::optional<double> const& ms)
{
    if (!ms)
        return absent;
    constexpr double longest = 1e12;
    auto const whole = std::llround(std::min(std::max(*ms, 0.0), longest));
    return whole == 0 ? "0ms" : core::duration_text(std::chrono::milliseconds(whole));
}

std::string addresses_text(std::vector<std::string> const& addresses)
{
    return addresses.empty() ? absent : without_controls(list_text(addresses, ", "));
}

std::string problems_text(std::vector<std::string> const& problems)
{
    return without_controls(list_text(problems, "; "));
}

} // namespace

std::string routing_state_text(routing_view const& v)
{
    auto text = v.state;
    if (v.disabled && v.state != "disabled")
        text += ", disabled";
    if (v.paused && v.state != "paused")
        text += ", paused";
    return without_controls(text);
}

std::string routing_text(std::vector<routing_view> const& views)
{
    std::vector<row> rows{
        {"TYPE", "LISTEN", "READY", "IN FLIGHT", "QUEUED", "REQUESTS/S", "P50", "P95", "STATE"}};
    for (auto const& v : views)
        rows.push_back({v.type, addresses_text(v.listen), fraction_text(v.ready, v.wanted),
                        number_text(v.in_flight), number_text(v.queued),
                        rate_text(v.requests_per_second), latency_text(v.p50_ms),
                        latency_text(v.p95_ms), routing_state_text(v)});
    return table_text(rows);
}

void add_routing(std::vector<row>& rows, routing_view const& v)
{
    auto listen = addresses_text(v.listen);
    if (v.share == "listen_fds")
        listen += " (the processes accept)";
    rows.push_back({"Listen:", listen});
    auto state = routing_state_text(v);
    if (!v.problems.empty())
        state += " (" + problems_text(v.problems) + ")";
    rows.push_back({"Routing:", state});
}

void add_router(std::vector<row>& rows, core::api::router_view const& v)
{
    auto text = without_controls(v.state);
    if (v.pid)
        text += " (pid " + std::to_string(*v.pid) + ")";
    if (!v.addresses.empty())
        text += ", listens on " + addresses_text(v.addresses);
    if (!v.problems.empty())
        text += "; " + problems_text(v.problems);
    rows.push_back({"Router:", text});
}

} // namespace ctl
