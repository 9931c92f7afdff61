#include "supervisor/core/root_claim.hpp"

namespace core {

namespace {

bool is_procd(root_claim const& seen)
{
    auto const& command = seen.holder.command;
    return !command.empty() && (command == "procd" || command == seen.own_command);
}

std::string named(root_holder const& holder)
{
    if (holder.pid == 0)
        return "a process that cannot be seen from here";
    auto const name = holder.command.empty() ? std::string() : " (" + holder.command + ")";
    return "pid " + std::to_string(holder.pid) + name + " of user " + std::to_string(holder.uid);
}

} // namespace

claim_answer judge(root_claim const& seen)
{
    using verdict = claim_answer::verdict;
    auto const trusted = seen.holder.uid == seen.own_uid || seen.holder.uid == 0;
    switch (seen.state) {
    case root_claim::lock::taken:
        return {};
    case root_claim::lock::busy:
        if (seen.holder.pid != 0 && trusted && is_procd(seen))
            return {verdict::refuse,
                    "another procd (pid " + std::to_string(seen.holder.pid) + ") runs in " +
                        seen.root +
                        " already; use procctl to talk to it, or end it with 'procctl shutdown'; "
                        "a second app in the same root needs a name of its own (-a) and a state "
                        "directory of its own (STATE_DIRECTORY)"};
        return {verdict::warn, "warning: " + seen.root + " is locked by " + named(seen.holder) +
                                   ", which is no procd of yours; if another procd runs there, "
                                   "the app runs twice"};
    case root_claim::lock::impossible:
        return {verdict::warn, "warning: " + seen.root + " cannot be locked (" + seen.failure +
                                   "), so a second procd in it may not be noticed"};
    }
    return {};
}

} // namespace core
