#include "supervisor/core/habits.hpp"

#include "procfile/diagnostic.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace core {

namespace {

struct known_word {
    std::string_view word, help;
};

constexpr char const* shell = "procctl exec NAME -it -- sh opens a shell beside a process, and "
                              "procctl logs -f NAME shows its output";
constexpr char const* lines = "procctl logs -f shows the output of a running app";
constexpr char const* killing =
    "procctl signal NAME KILL sends the signal, procctl stop NAME holds "
    "a process down, and procctl shutdown stops the app";
constexpr char const* files = "variables stand in the env file (.env); procctl reload takes up a "
                              "change";
constexpr char const* listing = "procctl ps lists the processes of a running app";

constexpr known_word of_procd[] = {
    {"attach", shell},
    {"autoscale", "procctl autoscale lists the rules of a running app"},
    {"config", files},
    {"connect", shell},
    {"delete", "procctl delete NAME stops a process; a replacement starts"},
    {"describe", "procctl describe NAME tells everything about a process"},
    {"down", "procctl shutdown stops the app and ends procd"},
    {"echo", lines},
    {"events", "procctl events lists what happened"},
    {"exec", "procctl exec NAME -- CMD runs a command beside a process"},
    {"healthchecks", "procctl healthchecks lists the probes of a running app"},
    {"init", "a Procfile has one 'type: command' on each line, e.g. web: bin/server"},
    {"kill", killing},
    {"limits", "procctl limits lists the limits of a running app"},
    {"list", listing},
    {"logs", lines},
    {"ps", listing},
    {"pts", "procctl pts lists the types of a running app"},
    {"quit", "procctl shutdown stops the app and ends procd"},
    {"releases", "procctl releases lists the releases of a running app"},
    {"reload", "procctl reload reads the files of a running app again"},
    {"restart", "procctl restart [NAME...] restarts processes of a running app"},
    {"rollback", "procctl releases:rollback brings an earlier release back"},
    {"scale",
     "procctl scale TYPE=N sets the count of a running app; procd -m TYPE=N starts with it"},
    {"shutdown", "procctl shutdown stops the app and ends procd"},
    {"signal", "procctl signal NAME SIGNAL sends a signal to a process"},
    {"status", "procctl status tells about a running procd, and procctl ps lists its processes"},
    {"stop", "procctl shutdown stops the app and ends procd, and procctl stop NAME holds a process "
             "down"},
    {"wait", "procctl wait NAME waits until a process is ready"},
};

constexpr known_word of_procctl[] = {
    {"attach", shell},
    {"check", "procd check validates the files"},
    {"config", files},
    {"connect", shell},
    {"down", "procctl shutdown stops the app and ends procd"},
    {"echo", lines},
    {"export", "procd export systemd prints a unit file"},
    {"kill", killing},
    {"list", listing},
    {"rollback", "procctl releases:rollback brings an earlier release back"},
    {"run",
     "procd run TYPE, or procd run -- CMD, runs a command with the app's environment; procctl "
     "exec NAME -- CMD runs one beside a process"},
    {"serve", "procd serve runs the app as a service"},
    {"up", "procd runs the app of the Procfile here"},
};

std::optional<habit> look_up(std::span<known_word const> known, std::string_view word)
{
    std::vector<std::string> words;
    for (auto const& each : known)
        words.emplace_back(each.word);
    auto const near = procfile::closest(word, words);
    if (!near)
        return std::nullopt;
    auto const* const found = std::find_if(known.data(), known.data() + known.size(),
                                           [&](auto const& each) { return each.word == *near; });
    bool const exact = found->word == word;
    return habit{"no '" + std::string(word) + "' here" +
                     (exact ? ": " : "; for '" + *near + "': ") + std::string(found->help),
                 exact};
}

} // namespace

std::optional<habit> habit_of_procd(std::string_view word)
{
    return look_up(of_procd, word);
}

std::optional<habit> habit_of_procctl(std::string_view word)
{
    return look_up(of_procctl, word);
}

} // namespace core
