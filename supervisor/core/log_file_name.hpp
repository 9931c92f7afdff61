// The names of procd's own log files. A log directory may hold files of others, the app's own
// production.log for one; procd never counts, renames or deletes those.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

// Tells whether a log is procd's own: "system" for procd itself, or "router".
bool is_own_log(std::string_view name);

// "web.1" to "web.1.log", the file that holds a process's newest lines, or those of an own log.
std::string log_file_name(std::string_view process);

// Tells whether procd makes a file of this name: log_file_name() of a process or of an own log,
// as it is or rotated ("web.1.log.3").
bool is_log_file_name(std::string_view name);

// The process whose lines a file of this name has, rotated or not. Nothing for files of others.
std::optional<std::string> process_of_log_file(std::string_view name);

} // namespace core
