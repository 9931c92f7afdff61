// Words that people know from other tools of this kind (Foreman, Overmind, Heroku, systemctl), and
// the line that says what does the same here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

struct habit {
    std::string text; // "no 'connect' here: procctl exec NAME -it -- sh opens a shell ..."
    bool exact;       // the word itself is known, not only a similar one
};

// The answer to a first word of procd's that is neither verb nor type. Nothing when no known word
// is near.
std::optional<habit> habit_of_procd(std::string_view word);
// The answer to a word that is no command of procctl's.
std::optional<habit> habit_of_procctl(std::string_view word);

} // namespace core
