// A process in the state `waiting` waits for others: the processes of the types that it starts
// `after`, as long as they are not ready, and the addresses whose sockets it gets, as long as procd
// cannot open them. Its prospect says whether it is any use to wait for it.
#pragma once

#include "supervisor/core/lifecycle.hpp"

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace core {

// One process that another one waits for.
struct awaited {
    std::string name; // "db.1"
    process_state state = process_state::waiting;
    bool held = false;
    bool operator==(awaited const&) const = default;
};

struct waiting {
    std::vector<awaited> for_these;              // empty: the process does not wait for others
    bool long_since = false;                     // it has waited for `long_wait`
    std::vector<std::string> for_addresses = {}; // "127.0.0.1:8080"
    bool operator==(waiting const&) const = default;
};

// After this time a command does not wait any longer for a process that waits for others, or for an
// address.
inline constexpr std::chrono::seconds long_wait{3};

// `comes`: the others are on their way. `late`: they may still come, but nobody knows when.
// `never`: they do not come by themselves.
enum class prospect { comes, late, never };

// `on_their_way` has the names of the processes that the same command starts, or that are being
// replaced by a rollout: these are waited for, however long they take.
prospect prospect_of(waiting const& w, std::set<std::string> const& on_their_way);

// "db.1 (held), cache.1 (starting), the address 127.0.0.1:8080"
std::string text_of(waiting const& w);

} // namespace core
