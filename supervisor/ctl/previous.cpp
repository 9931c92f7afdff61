#include "supervisor/ctl/previous.hpp"

#include <algorithm>
#include <string>

namespace ctl {

namespace {

constexpr std::string_view start = "started with pid ";

} // namespace

bool begins_incarnation(core::log_record const& r)
{
    auto const number = std::string_view(r.bytes).substr(std::min(start.size(), r.bytes.size()));
    return r.by != core::author::process && r.bytes.starts_with(start) && !number.empty() &&
           number.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<core::log_record> previous_incarnation(std::vector<core::log_record> records,
                                                   std::optional<int> running)
{
    if (running) {
        auto const present = std::string(start) + std::to_string(*running);
        auto const began = std::find_if(records.rbegin(), records.rend(), [&](auto const& r) {
            return r.bytes == present && begins_incarnation(r);
        });
        // Without the line of its start, all that is known was written by the present incarnation.
        records.erase(began == records.rend() ? records.begin() : began.base() - 1, records.end());
    }
    auto const before = std::find_if(records.rbegin(), records.rend(), begins_incarnation);
    if (before != records.rend())
        records.erase(records.begin(), before.base() - 1);
    return records;
}

} // namespace ctl
