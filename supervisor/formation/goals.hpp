// The goals that commands wait for, as clients see them: facts of the formation, judged by
// core::goal. Each function is called again after every change.
#pragma once

#include "supervisor/core/api.hpp"
#include "supervisor/core/goal.hpp"
#include "supervisor/core/process_id.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace procd::formation {

class formation;
class rollout;

// scale: these types have as many slots as wanted. A type that a reload has taken away meanwhile
// counts no more.
core::api::progress scaled(formation const& all, std::vector<std::string> const& of);
// delete: each of these has a new incarnation of that generation.
core::api::progress replaced(formation const& all,
                             std::map<core::process_id, std::uint64_t> const& generations);
// stop, start and wait.
core::api::progress stopped(formation const& all, std::vector<core::selector> const& which);
core::api::progress started(formation const& all, std::vector<core::selector> const& which,
                            core::goal::patience for_failures);
// "web.1 waits for db.1 (starting)": the first process of a rollout that waits for others; else
// empty.
std::string waiting_in(formation const& all, rollout const& run);
// restart.
core::api::progress restarted(formation const& all,
                              std::vector<std::shared_ptr<rollout>> const& rollouts);

} // namespace procd::formation
