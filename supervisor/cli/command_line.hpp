// The words of procd's command line before CLI11 reads its options: the verb, and what belongs to
// the command of `run`.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace procd::cli {

struct command_line {
    std::string verb = "up";
    bool verb_is_implied = true;
    std::vector<std::string> before;  // options and types
    std::vector<std::string> command; // run: TYPE or CMD, and its arguments
    bool after_dashes = false;
};

// Splits the command line. The verb is the first word that is neither an option nor the value of
// one. `run` takes everything from its first word on unchanged.
command_line split(int argc, char** argv);
// `procd help [VERB]` and `procd version` are `procd [VERB] --help` and `procd --version`.
command_line without_long_forms(command_line line);
// Takes the NAME of `--user NAME` and `--user=NAME` off the words of `export`. Without a NAME the
// option is a flag.
std::optional<std::string> take_user(std::vector<std::string>& words);

} // namespace procd::cli
