// The formation as clients see it: free functions of the facts.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/core/autoscale.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procd::formation {

class autoscaler;
class formation;
struct type;

// Sorted by type, then by number. `only`: of this type. CPU and memory are absent when they are
// left out.
enum class usage { measured, left_out };
std::vector<core::api::process_view>
process_views(formation const& all, std::optional<std::string> const& only, usage wanted);
std::vector<core::api::type_view> type_views(formation const& all,
                                             std::optional<std::string> const& only);
core::api::type_view type_view(type const& of);
std::map<std::string, int> counts(formation const& all);
core::api::totals totals(formation const& all);
// The types of which no process is wanted, in file order.
std::vector<std::string> types_off(formation const& all);
// "; off: worker, clock", to be put behind other words; empty when every type is on.
std::string off_text(formation const& all);

// `not_enforced`: why limits do not hold for the whole app, if so.
core::api::limits_view limits_view(type const& of, std::optional<std::string> const& not_enforced);
std::vector<core::api::limits_view> limits_views(formation const& all,
                                                 std::optional<std::string> const& not_enforced);
std::vector<core::api::probe_view> probe_views(type const& of);
std::vector<core::api::probe_view> probe_views(formation const& all);

std::vector<core::api::autoscale_view> autoscale_views(formation const& all, autoscaler const& by);
std::vector<core::api::decision_view> decision_views(autoscaler const& by, std::string const& type);
core::api::type_detail type_detail(type const& of, autoscaler const& by,
                                   std::optional<std::string> const& not_enforced);

// Warnings where a limit of the type is below what its rule aims at: that of its CPU use, or that
// of its requests.
std::vector<std::string> unreachable_target(type const& of, core::autoscale::rule const& rule);

} // namespace procd::formation
