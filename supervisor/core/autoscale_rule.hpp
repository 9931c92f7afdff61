// The autoscale rule of a type: its bounds and its targets.
#pragma once

#include "procfile/app_spec.hpp"

#include <optional>
#include <string>

namespace core::autoscale {

// The autoscale rule of one type.
struct rule {
    int min = 1; // processes, at least 1
    int max = 1; // processes, at least min
    // The targets, each at least 1. One of them is there, or both.
    std::optional<int> percent = {};     // CPU use in percent of the request
    std::optional<int> concurrency = {}; // requests in flight and queued, for each ready process
    bool operator==(rule const&) const = default;
};
// The rule that the files give to a type, if they give one.
std::optional<rule> rule_of(procfile::type_settings const& s);
// "75 % CPU", "10 requests per process", or both.
std::string target_text(rule const& r);

// Why the type cannot have the rule, in the words of a command's options; empty when it can.
std::string problem_of(rule const& r, procfile::type_spec const& type);

} // namespace core::autoscale
