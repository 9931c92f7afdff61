// The options of procd's verbs.
#pragma once

#include "supervisor/app/options.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace procd::cli {

// The text at the top of --help.
char const* description(std::string const& verb);
// The options of every verb. What was read is put into `o`, which has to outlive the parser.
void add_shared(CLI::App& cli, app::options& o);
// --listen, for the verbs that run the app, check it, or tell others how to run it.
void add_listen(CLI::App& cli, app::options& o);
// The options of the verbs that run the app, or that tell others how to run it.
void add_running(CLI::App& cli, app::options& o);
// The parser's error in words for people.
std::string in_our_words(CLI::App const& cli, CLI::ParseError const& e);

} // namespace procd::cli
